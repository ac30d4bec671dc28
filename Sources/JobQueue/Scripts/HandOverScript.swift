/// Leaves what was claimed and not run to the other workers.
enum HandOverScript {
    static let source = """
        #!lua flags=allow-oom
        -- KEYS[1] -> the lane's stream
        -- ARGV[1] -> the consumer group, ARGV[2] -> the consumer that leaves
        -- ARGV[3] -> entries at most, ARGV[4] -> the first: '-', or '(' and the last of the call before
        -- Returns {entries, the last one; '' at the end}.
        --
        -- The entries stay where they are, pending, so that they keep their order and their age: the other workers
        -- adopt them before they claim new ones. That this worker had them counts as no delivery.
        local pending = redis.call('XPENDING', KEYS[1], ARGV[1], ARGV[4], '+', ARGV[3], ARGV[2])
        local last = ''
        for _, item in ipairs(pending) do
            redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[2], 0, item[1],
                'RETRYCOUNT', math.max(0, item[4] - 1), 'JUSTID')
            last = item[1]
        end
        if #pending == 0 and ARGV[4] == '-' then redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], ARGV[2]) end
        if #pending < tonumber(ARGV[3]) then last = '' end
        return { #pending, last }
        """
}
