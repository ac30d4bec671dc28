/// Removes a consumer that is gone and has nothing left.
enum DismissScript {
    static let source = """
        #!lua flags=allow-oom
        -- KEYS[1] -> the lane's stream, KEYS[2] -> the consumer's heartbeat
        -- ARGV[1] -> the consumer group, ARGV[2] -> the consumer
        -- Returns 1 if it was removed. Its entries would be lost with it, so it must have none.
        if redis.call('EXISTS', KEYS[2]) == 1 then return 0 end
        if #redis.call('XPENDING', KEYS[1], ARGV[1], '-', '+', 1, ARGV[2]) > 0 then return 0 end
        redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], ARGV[2])
        return 1
        """
}
