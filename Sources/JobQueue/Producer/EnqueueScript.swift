/// Adds a job to its lane unless the lane is full. Producers in other languages copy it: it stands in docs/wire.md.
enum EnqueueScript {
    static let source = """
        -- KEYS[1] -> the lane's stream, KEYS[2] -> the hash of the lanes' bounds
        -- KEYS[3] -> the sorted set of delayed jobs: a job with a time is going to wait there
        -- ARGV[1] -> the lane's name, ARGV[2] -> its bound where the hash has none, 0 for no bound
        -- ARGV[3..] -> fields and values of the job
        -- Returns the id of the new entry, or the error QUEUE_FULL and adds nothing.
        local bound = tonumber(redis.call('HGET', KEYS[2], ARGV[1]) or ARGV[2]) or 0
        local length = redis.call('XLEN', KEYS[1])
        for i = 3, #ARGV, 2 do
            if ARGV[i] == 'run_at' then length = length + redis.call('ZCARD', KEYS[3]) end
        end
        if bound > 0 and length >= bound then
            return redis.error_reply('QUEUE_FULL lane=' .. ARGV[1] .. ' length=' .. length .. ' bound=' .. bound)
        end
        return redis.call('XADD', KEYS[1], '*', unpack(ARGV, 3))
        """
}
