/// What stands in one lane, and how much of it nobody has claimed: in about a millisecond, however much it is.
///
/// What Redis itself says of a group's lag is not used: `entries-read` counts on over entries that were deleted just
/// behind the last one delivered, and over trimmed ones, and stays wrong without saying so (redis/redis#13337, #13957).
/// Nor is the length less the pending entries always right: an entry that somebody deleted by hand stays pending, and one
/// that was skipped by `XGROUP SETID`, or acknowledged and not deleted, is neither pending nor to be delivered. So the
/// stream is looked at where it is short on either side of the group's position. Where it is not, see `LaneFlowReader`.
enum FlowScript {
    /// Entries looked at on one side of the group's position, at most: Redis serves nobody meanwhile.
    static let shortWalk = 200
    /// Bytes of them.
    private static let room = 262_144

    static let source = """
        #!lua flags=allow-oom,no-writes
        -- KEYS[1] -> the lane's stream, ARGV[1] -> the consumer group
        -- Returns {now in ms; entries; claimed ones; entries ever added; entries ever delivered, as far as the server
        -- knows, '' otherwise; ms of the first entry ('' for none); entries that are not delivered; how that is known:
        -- 1 counted, 0 reckoned, -1 reckoned where somebody else than workers has changed the lane; the group's position,
        -- the first and the last claimed entry ('' for none)}.
        \(StreamWalk.source)
        local time = redis.call('TIME')
        local stream = redis.pcall('XINFO', 'STREAM', KEYS[1])
        local facts = {}
        if not stream.err then
            for i = 1, #stream, 2 do facts[stream[i]] = stream[i + 1] end
        end
        local length, first = facts['length'] or 0, facts['first-entry']
        local held, read, position = { 0 }, '', nil
        local groups = redis.pcall('XINFO', 'GROUPS', KEYS[1])
        if not groups.err then
            for _, group in ipairs(groups) do
                local known = {}
                for i = 1, #group, 2 do known[group[i]] = group[i + 1] end
                if known['name'] == ARGV[1] then
                    position, read = known['last-delivered-id'], known['entries-read'] or ''
                    held = redis.call('XPENDING', KEYS[1], ARGV[1])
                end
            end
        end
        local function undelivered()
            -- Without a group nothing is delivered: workers make it begin with the first entry.
            if not position or length == 0 then return length, 1 end
            local expected = math.max(0, length - held[1])
            local isAsTold = true
            for _, isAhead in ipairs(expected <= held[1] and { true, false } or { false, true }) do
                local told, from, to = held[1], '-', position
                if isAhead then told, from, to = expected, '(' .. position, '+' end
                if told <= \(shortWalk) then
                    local count, ended = walk('XRANGE', KEYS[1], from, to, told + 1, \(room))
                    if ended then return isAhead and count or length - count, 1 end
                    isAsTold = isAsTold and count <= told
                end
            end
            if not isAsTold then return expected, -1 end
            if held[1] == 0 then return expected, -1 end
            local last = redis.call('XREVRANGE', KEYS[1], position, '-', 'COUNT', 1)[1]
            if first[1] ~= held[2] or not last or last[1] ~= held[3] then return expected, -1 end
            return expected, 0
        end
        local left, known = undelivered()
        return {
            time[1] * 1000 + math.floor(time[2] / 1000), length, held[1], facts['entries-added'] or 0, read,
            first and string.match(first[1], '^%d+') or '', left, known, position or '', held[2] or '', held[3] or ''
        }
        """
}
