/// Puts one delayed job onto its lane, whenever it is due.
enum ReleaseDelayedScript {
    static let source = """
        #!lua flags=allow-oom
        -- KEYS[1] -> the sorted set of delayed jobs, KEYS[2..] -> the lanes' streams
        -- ARGV[1] -> the member: job id, a line feed, cmsgpack of {lane, entry id, {field, value, ...}}
        -- ARGV[2] -> bytes of the job id
        -- ARGV[3..] -> the lanes' names, in the order of their streams
        -- Returns 1, or 0 where the member is gone (its lane has it already, from another caller) or is another job's:
        -- an id may hold a line feed itself.
        local unpacked, job = pcall(cmsgpack.unpack, string.sub(ARGV[1], ARGV[2] + 2))
        if not unpacked or type(job) ~= 'table' then return 0 end
        local stream = nil
        for i = 3, #ARGV do
            if ARGV[i] == job[1] then stream = KEYS[i - 1] end
        end
        if not stream then return redis.error_reply('ERR a delayed job names the unknown lane ' .. tostring(job[1])) end
        if redis.call('ZREM', KEYS[1], ARGV[1]) == 0 then return 0 end
        redis.call('XADD', stream, '*', unpack(job[3]))
        return 1
        """
}
