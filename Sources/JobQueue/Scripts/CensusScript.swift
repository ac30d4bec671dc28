/// Who is in the consumer groups without a sign of life.
enum CensusScript {
    static let source = """
        #!lua flags=allow-oom
        -- KEYS -> the lanes' streams
        -- ARGV[1] -> the consumer group, ARGV[2] -> what the keys of heartbeats begin with
        -- Returns {lane's index from 1, consumer, entries it has claimed} for each consumer without a heartbeat.
        local gone = {}
        for lane = 1, #KEYS do
            local consumers = redis.pcall('XINFO', 'CONSUMERS', KEYS[lane], ARGV[1])
            if not consumers.err then
                for _, consumer in ipairs(consumers) do
                    local facts = {}
                    for i = 1, #consumer, 2 do facts[consumer[i]] = consumer[i + 1] end
                    if redis.call('EXISTS', ARGV[2] .. facts.name) == 0 then
                        for _, value in ipairs({ lane, facts.name, facts.pending }) do gone[1 + #gone] = value end
                    end
                end
            end
        end
        return gone
        """
}
