/// Takes over what a consumer that is gone had claimed.
enum AdoptScript {
    static let source = """
        #!lua flags=allow-oom
        -- KEYS[1] -> the lane's stream, KEYS[2] -> the heartbeat of the consumer that is gone
        -- KEYS[3] -> the hash of counters
        -- ARGV[1] -> the consumer group, ARGV[2] -> the consumer that is gone, ARGV[3] -> the consumer that takes over
        -- ARGV[4] -> entries looked at, ARGV[5] -> the first that is: '-', or '(' and the last that was
        -- ARGV[6] -> room for jobs of 3 deliveries, ARGV[7] -> room for jobs of 4 deliveries and more
        -- Returns {entries as XRANGE gives them, {deliveries of each, this one included},
        --          where to go on: '' at the end}, or nil where the consumer is alive.
        --
        -- A consumer may take up its own entries, whose answer was lost. That is no delivery: no worker died of it.
        -- Jobs that went through several dead workers are under suspicion of having killed them. They are run few at
        -- a time, in the end alone, so that the one that does it is found and the others are not blamed.
        local stream, group, from, to = KEYS[1], ARGV[1], ARGV[2], ARGV[3]
        local isOwn = from == to
        if not isOwn and redis.call('EXISTS', KEYS[2]) == 1 then return nil end
        local entries, deliveries, next = {}, {}, ''
        local few, alone = tonumber(ARGV[6]), tonumber(ARGV[7])
        local pending = redis.call('XPENDING', stream, group, ARGV[5], '+', ARGV[4], from)
        for _, item in ipairs(pending) do
            local id, count = item[1], item[4]
            local isTaken = true
            if not isOwn and count >= 4 then
                isTaken = alone > 0
                alone = alone - 1
            elseif not isOwn and count == 3 then
                isTaken = few > 0
                few = few - 1
            end
            if isTaken then
                if not isOwn then count = count + 1 end
                local claimed = redis.call('XCLAIM', stream, group, to, 0, id, 'RETRYCOUNT', count)[1]
                if claimed and claimed[2] then
                    entries[1 + #entries] = claimed
                    deliveries[1 + #deliveries] = count
                else
                    -- Deleted from the stream by somebody: there is nothing to run.
                    redis.call('XACK', stream, group, id)
                end
            end
            next = id
        end
        if not isOwn and #entries > 0 then redis.call('HINCRBY', KEYS[3], 'adopted', #entries) end
        if #pending < tonumber(ARGV[4]) then next = '' end
        return { entries, deliveries, next }
        """
}
