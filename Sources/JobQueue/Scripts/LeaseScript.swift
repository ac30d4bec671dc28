/// Takes or keeps a role that one process plays for all.
enum LeaseScript {
    static let source = """
        #!lua flags=allow-oom
        -- KEYS[1] -> the role's lease, ARGV[1] -> who wants it, ARGV[2] -> ms that it lasts
        -- Returns 1 if it is held by the caller now.
        local holder = redis.call('GET', KEYS[1])
        if holder and holder ~= ARGV[1] then return 0 end
        redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
        return 1
        """

    static let release = """
        #!lua flags=allow-oom
        -- KEYS[1] -> the role's lease, ARGV[1] -> who gives it up
        if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
        return 0
        """
}
