/// Gives entries back that were claimed and not run.
enum ReleaseScript {
    static let source = """
        -- KEYS[1] -> the lane's stream
        -- ARGV[1] -> the consumer group, ARGV[2] -> the consumer that gives back, ARGV[3] -> how many at most
        -- Returns how many entries were given back. Each is put at the end of the stream again, so that any worker
        -- gets it at once, and its old place is acknowledged and removed. When none is left, the consumer is removed.
        -- An entry of more fields than Lua can pass on stays pending: it must hold up none of the others.
        local pending = redis.call('XPENDING', KEYS[1], ARGV[1], '-', '+', ARGV[3], ARGV[2])
        local released = 0
        for _, item in ipairs(pending) do
            local id = item[1]
            local entry = redis.call('XRANGE', KEYS[1], id, id)[1]
            if not entry or #entry[2] <= 4000 then
                if entry then redis.call('XADD', KEYS[1], '*', unpack(entry[2])) end
                redis.call('XACK', KEYS[1], ARGV[1], id)
                redis.call('XDEL', KEYS[1], id)
                released = released + 1
            end
        end
        if released == #pending and #pending < tonumber(ARGV[3]) then
            redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], ARGV[2])
        end
        return released
        """
}
