/// One step of a count that takes many: of what nobody has claimed, from the lane's end down to the group's position.
enum SweepScript {
    /// Entries looked at.
    private static let step = 200
    /// Bytes of them.
    private static let room = 262_144

    static let source = """
        #!lua flags=allow-oom,no-writes
        -- KEYS[1] -> the lane's stream, ARGV[1] -> the consumer group, ARGV[2] -> where to go on downwards, '+' at first
        -- Returns {entries on the way; where to go on: 'end' where that was all, '+' where so much was claimed of what had
        --          been counted that it is to be counted anew; entries; claimed ones; entries ever added; the group's
        --          position}, or nil where there is no such group any more.
        \(StreamWalk.source)
        local pending, added, position = 0, 0, nil
        local groups = redis.pcall('XINFO', 'GROUPS', KEYS[1])
        if groups.err then return nil end
        for _, group in ipairs(groups) do
            local known = {}
            for i = 1, #group, 2 do known[group[i]] = group[i + 1] end
            if known['name'] == ARGV[1] then position, pending = known['last-delivered-id'], known['pending'] end
        end
        if not position then return nil end
        local stream = redis.call('XINFO', 'STREAM', KEYS[1])
        for i = 1, #stream, 2 do
            if stream[i] == 'entries-added' then added = stream[i + 1] end
        end
        local count, ended, next = walk('XREVRANGE', KEYS[1], ARGV[2], '(' .. position, \(step), \(room))
        if count == 0 and ARGV[2] ~= '+' then
            -- Where the position has come past what was counted last, that is not waiting any more.
            local claimed, all = walk('XRANGE', KEYS[1], string.sub(ARGV[2], 2), position, \(step), \(room))
            count, next, ended = -claimed, '+', all
        end
        return { count, ended and 'end' or next, redis.call('XLEN', KEYS[1]), pending, added, position }
        """
}
