/// One step of a count that takes many: of what stands in a lane behind a place, and ahead of it, a few entries each.
enum SweepScript {
    /// Entries looked at on each side.
    static let step = 250

    static let source = """
        #!lua flags=allow-oom,no-writes
        -- KEYS[1] -> the lane's stream, ARGV[1] -> the consumer group
        -- ARGV[2] -> the last id behind the place: '' for where the group is now
        -- ARGV[3] -> where to go on behind it ('-' at first), ARGV[4] -> and ahead of it ('' at first); 'end' there
        -- Returns {the last id behind the place, entries behind it, where to go on, entries ahead of it, where to go on,
        --          entries, claimed ones, entries ever added}, or nil where there is no such group any more.
        local place, length, pending, added = ARGV[2], redis.call('XLEN', KEYS[1]), 0, 0
        local groups = redis.pcall('XINFO', 'GROUPS', KEYS[1])
        if groups.err then return nil end
        local isThere = false
        for _, group in ipairs(groups) do
            local known = {}
            for i = 1, #group, 2 do known[group[i]] = group[i + 1] end
            if known['name'] == ARGV[1] then
                isThere, pending = true, known['pending']
                if place == '' then place = known['last-delivered-id'] end
            end
        end
        if not isThere then return nil end
        local stream = redis.call('XINFO', 'STREAM', KEYS[1])
        for i = 1, #stream, 2 do
            if stream[i] == 'entries-added' then added = stream[i + 1] end
        end
        local function step(from, to)
            if from == 'end' then return 0, 'end' end
            local entries = redis.pcall('XRANGE', KEYS[1], from, to, 'COUNT', \(step))
            if entries.err then return 0, 'end' end
            if #entries < \(step) then return #entries, 'end' end
            return #entries, '(' .. entries[#entries][1]
        end
        local behind, back = step(ARGV[3], place)
        local ahead, on = step(ARGV[4] == '' and '(' .. place or ARGV[4], '+')
        return { place, behind, back, ahead, on, length, pending, added }
        """
}
