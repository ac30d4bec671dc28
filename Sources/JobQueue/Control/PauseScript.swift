/// Pauses or resumes lanes for the whole fleet.
enum PauseScript {
    static let source = """
        #!lua flags=allow-oom
        -- KEYS[1] -> the hash of paused lanes, KEYS[2] -> the control stream
        -- ARGV[1] -> pause or resume, ARGV[2..] -> lanes
        -- Returns the hash of paused lanes as it is afterwards: lane, ms since when, ...
        -- A lane that is paused already keeps the time since when it is. Workers are told even where nothing changes: an
        -- operator who says it twice may know of a worker that did not hear it.
        local time = redis.call('TIME')
        local now = time[1] * 1000 + math.floor(time[2] / 1000)
        for i = 2, #ARGV do
            if ARGV[1] == 'pause' then
                redis.call('HSETNX', KEYS[1], ARGV[i], string.format('%.0f', now))
            else
                redis.call('HDEL', KEYS[1], ARGV[i])
            end
            redis.call('XADD', KEYS[2], 'MAXLEN', '~', 1000, '*', 'command', ARGV[1], 'lane', ARGV[i])
        end
        return redis.call('HGETALL', KEYS[1])
        """
}
