/// What the owner of a run does beside adding pages. Whatever it is, a page that is still on its way to Redis on a
/// connection that was lost does not get in any more: the key that it watches has changed.
enum RunStepScript {
    static let source = """
        #!lua flags=allow-oom
        -- KEYS[1] -> the state of the collection's last run
        -- KEYS[2] -> the run's tally, KEYS[3] -> its failures
        -- ARGV[1] -> the run, ARGV[2] -> its owner
        -- ARGV[3] -> beat, leave or finish, ARGV[4] -> to finish: pages that the owner has added
        -- ARGV[5] -> seconds that tally and failures are kept, ARGV[6..] -> fields and values of the caller
        -- Returns the state, as it is afterwards. Where it is another run's or another owner's, or has other pages, it is
        -- left as it is.
        local known = redis.call('HMGET', KEYS[1], 'run', 'owner', 'page')
        local pages = ARGV[3] ~= 'finish' or known[3] == ARGV[4]
        if known[1] == ARGV[1] and known[2] == ARGV[2] and pages then
            local time = redis.call('TIME')
            local now = string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000))
            redis.call('HSET', KEYS[1], 'seen_ms', now)
            if #ARGV > 5 then redis.call('HSET', KEYS[1], unpack(ARGV, 6)) end
            if ARGV[3] == 'leave' then redis.call('HDEL', KEYS[1], 'owner') end
            if ARGV[3] == 'finish' then
                redis.call('HSETNX', KEYS[1], 'finished_ms', now)
                redis.call('EXPIRE', KEYS[2], ARGV[5])
                redis.call('EXPIRE', KEYS[3], ARGV[5])
            end
        end
        return redis.call('HGETALL', KEYS[1])
        """
}
