/// A worker's sign of life. A server whose memory is full must not make its workers look dead.
enum BeatScript {
    static let source = """
        #!lua flags=allow-oom
        -- KEYS[1] -> the worker's hash, ARGV[1] -> ms that it lasts, then pairs (field, value)
        redis.call('HSET', KEYS[1], unpack(ARGV, 2))
        return redis.call('PEXPIRE', KEYS[1], ARGV[1])
        """
}
