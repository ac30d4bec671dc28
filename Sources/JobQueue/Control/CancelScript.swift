/// Marks a job as cancelled, unless it is finished.
enum CancelScript {
    /// Marks kept at the most; the oldest are dropped.
    static let maximumMarks = 100_000
    /// Milliseconds that a mark is kept: who cancels a job that was never sent must not wait for it for ever.
    static let lifetime = 24 * 3_600_000

    static let source = """
        #!lua flags=allow-oom
        -- KEYS[1] -> the job's result key, KEYS[2] -> the sorted set of cancelled jobs, KEYS[3] -> the control stream
        -- ARGV[1] -> the job's id, ARGV[2] -> ms that the mark is kept, ARGV[3] -> marks kept
        -- Returns the result where it stands already, and marks nothing; else nil.
        local result = redis.call('GET', KEYS[1])
        if result then return result end
        local time = redis.call('TIME')
        local now = time[1] * 1000 + math.floor(time[2] / 1000)
        redis.call('ZADD', KEYS[2], string.format('%.0f', now + ARGV[2]), ARGV[1])
        redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', string.format('%.0f', now))
        redis.call('ZREMRANGEBYRANK', KEYS[2], 0, -1 - ARGV[3])
        redis.call('XADD', KEYS[3], 'MAXLEN', '~', 1000, '*', 'command', 'cancel', 'id', ARGV[1])
        return false
        """
}
