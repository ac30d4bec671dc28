/// What stands in the lanes, and how much of it nobody has claimed.
///
/// What Redis itself says of a group's lag is not used: `entries-read` counts on over entries that were deleted just
/// behind the last one delivered, and over trimmed ones, and stays wrong without saying so (redis/redis#13337, #13957).
/// Nor is the length less the pending entries always right: an entry that somebody deleted by hand stays pending, and one
/// that was skipped by `XGROUP SETID`, or acknowledged and not deleted, is neither pending nor to be delivered. So the
/// stream is looked at where it is short on either side of the group's position, and probed where it is not.
enum FlowScript {
    /// Entries looked at behind the group's position, where more are ahead, at most.
    private static let behindWalk = 500
    /// Entries looked at ahead of it, where more are behind: few wait then, and an error would weigh more.
    private static let aheadWalk = 2_000
    /// Bytes of entries looked at in one of these walks.
    private static let shortRoom = 1_048_576
    /// Pending entries up to which their whole list is gone through for probes: of ids, which is cheap.
    private static let listedForProbes = 10_000
    /// The same where probes have shown that somebody else has changed the lane.
    private static let longWalk = 4_000
    private static let longRoom = 8_388_608

    static let source = """
        #!lua flags=allow-oom,no-writes
        -- KEYS -> the lanes' streams, ARGV[1] -> the consumer group
        -- Returns {now in ms} and for each lane: entries; claimed ones; entries ever added; entries ever delivered, as
        -- far as the server knows, '' otherwise; ms of the first entry ('' for none); entries that are not delivered;
        -- how that is known: 1 counted, 0 reckoned, -1 reckoned from too little.
        \(walk)
        \(probe)
        -- Where the group is at `last`, of `length` entries. `held` is what XPENDING says in short.
        local function undelivered(key, group, length, held, last)
            local pending, expected = held[1], math.max(0, length - held[1])
            local behind, ahead = { key, '-', last }, { key, '(' .. last, '+' }
            local function counted(side, limit, room)
                local count, ended = walk(side[1], side[2], side[3], limit, room)
                return ended and (side == ahead and count or length - count), count
            end
            -- The fewer wait, the more do a few entries matter that nobody has told us of. A stretch of deleted entries
            -- that is 5 % of those that wait is longer than what lies between two groups of eight probes.
            local probes = math.min(1000, math.ceil(200 * math.max(1, pending / math.max(1, expected))))
            local fewer, isAsTold = math.min(expected, pending), true
            local side = expected <= pending and ahead or behind
            local limit = side == ahead and \(aheadWalk) or \(behindWalk)
            if fewer <= limit then
                local exact, seen = counted(side, limit + 1, \(shortRoom))
                if exact then return exact, 1 end
                isAsTold = seen <= fewer
            end
            local isSound, share = true, 1
            if pending > 0 then isSound, share = probe(key, group, held, last, probes, \(shortRoom)) end
            if isSound and isAsTold then return expected, 0 end
            local reckoned = math.max(0, math.min(length, math.floor(length - share * pending + 0.5)))
            local isShortAhead = pending == 0 or 2 * reckoned <= length
            local exact = counted(isShortAhead and ahead or behind, \(longWalk), \(longRoom))
                or counted(isShortAhead and behind or ahead, \(longWalk), \(longRoom))
            if exact then return exact, 1 end
            return reckoned, -1
        end

        local time = redis.call('TIME')
        local flow = { time[1] * 1000 + math.floor(time[2] / 1000) }
        for lane = 1, #KEYS do
            local stream = redis.pcall('XINFO', 'STREAM', KEYS[lane])
            local facts = {}
            if not stream.err then
                for i = 1, #stream, 2 do facts[stream[i]] = stream[i + 1] end
            end
            local length = facts['length'] or 0
            local held, read, last = { 0 }, '', nil
            local groups = redis.pcall('XINFO', 'GROUPS', KEYS[lane])
            if not groups.err then
                for _, group in ipairs(groups) do
                    local known = {}
                    for i = 1, #group, 2 do known[group[i]] = group[i + 1] end
                    if known['name'] == ARGV[1] then
                        last, read = known['last-delivered-id'], known['entries-read'] or ''
                        held = redis.call('XPENDING', KEYS[lane], ARGV[1])
                    end
                end
            end
            -- Without a group nothing is delivered: workers make it begin with the first entry.
            local left, known = length, 1
            if last and length > 0 then left, known = undelivered(KEYS[lane], ARGV[1], length, held, last) end
            local first = facts['first-entry']
            for _, value in ipairs({
                length, held[1], facts['entries-added'] or 0, read, first and string.match(first[1], '^%d+') or '',
                left, known
            }) do flow[1 + #flow] = value end
        end
        return flow
        """

    private static let walk = """
        -- How many entries there are between two ids, and whether that is all: no more than about `limit` entries and
        -- `room` bytes are looked at.
        local function walk(key, from, to, limit, room)
            local count, bytes, chunk = 0, 0, 4
            while true do
                local entries = redis.pcall('XRANGE', key, from, to, 'COUNT', chunk)
                -- Nothing comes after the highest of all ids.
                if entries.err then return count, true end
                count = count + #entries
                if #entries < chunk then return count, true end
                for _, entry in ipairs(entries) do
                    for _, value in ipairs(entry[2]) do bytes = bytes + #value end
                end
                if count >= limit or bytes >= room then return count, false end
                from = '(' .. entries[#entries][1]
                local fitting = math.floor((room - bytes) * count / math.max(1, bytes))
                chunk = math.max(1, math.min(100, 2 * chunk, limit - count, fitting))
            end
        end
        """

    private static let probe = """
        -- Compares `count` pending entries, in groups all over the list, with what stands in the stream; fewer where these
        -- are more than `room` bytes. Returns whether they are the same, and how many entries of the stream there are for
        -- each pending one.
        local function probe(key, group, held, last, count, room)
            local size, pending, standing, bytes = 8, 0, 0, 0
            local edge = redis.call('XRANGE', key, '-', '+', 'COUNT', 1)[1]
            local tail = redis.call('XREVRANGE', key, last, '-', 'COUNT', 1)[1]
            local isSound = edge and edge[1] == held[2] and tail and tail[1] == held[3]
            local function compare(items, from, to)
                if to < from or bytes >= room then return end
                local entries = redis.call('XRANGE', key, items[from][1], items[to][1], 'COUNT', 2 * size)
                pending, standing = pending + to - from + 1, standing + #entries
                if #entries ~= to - from + 1 then isSound = false end
                for i, entry in ipairs(entries) do
                    if not items[from + i - 1] or items[from + i - 1][1] ~= entry[1] then isSound = false end
                    for _, value in ipairs(entry[2]) do bytes = bytes + #value end
                end
            end
            local steps = math.ceil(count / size)
            -- Each time at other places.
            local shift = tonumber(redis.call('TIME')[2]) % 997 / 997
            if held[1] <= \(listedForProbes) then
                local stride = math.max(size, math.floor(held[1] / steps))
                local passed, next, from = 0, math.floor(shift * stride), '-'
                repeat
                    local items = redis.call('XPENDING', key, group, from, '+', 500)
                    while next < passed + #items do
                        local at = next - passed + 1
                        compare(items, at, math.min(#items, at + size - 1))
                        next = next + stride
                    end
                    passed = passed + #items
                    if #items > 0 then from = '(' .. items[#items][1] end
                until #items < 500
            else
                -- By time, as places in the list are not known. Ids of one millisecond differ in their second number.
                local low, high = { string.match(held[2], '(%d+)-(%d+)') }, { string.match(held[3], '(%d+)-(%d+)') }
                local isOneTime = low[1] == high[1]
                local from, to = tonumber(low[isOneTime and 2 or 1]), tonumber(high[isOneTime and 2 or 1])
                for step = 0, steps - 1 do
                    local at = string.format('%.0f', math.floor(from + (to - from) * (step + shift) / steps))
                    if isOneTime then at = low[1] .. '-' .. at end
                    local items = redis.call('XPENDING', key, group, at, '+', size)
                    compare(items, 1, #items)
                end
            end
            return isSound, pending > 0 and standing / pending or 1
        end
        """
}
