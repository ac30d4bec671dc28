/// What stands in the lanes.
enum FlowScript {
    static let source = """
        #!lua flags=allow-oom,no-writes
        -- KEYS -> the lanes' streams, ARGV[1] -> the consumer group
        -- Returns for each lane: entries, claimed ones, entries ever added, id of the first entry ('' for none).
        local flow = {}
        for lane = 1, #KEYS do
            local stream = redis.pcall('XINFO', 'STREAM', KEYS[lane])
            local facts = {}
            if not stream.err then
                for i = 1, #stream, 2 do facts[stream[i]] = stream[i + 1] end
            end
            local pending = redis.pcall('XPENDING', KEYS[lane], ARGV[1])
            flow[1 + #flow] = facts['length'] or 0
            flow[1 + #flow] = pending.err and 0 or pending[1]
            flow[1 + #flow] = facts['entries-added'] or 0
            flow[1 + #flow] = facts['first-entry'] and facts['first-entry'][1] or ''
        end
        return flow
        """
}
