/// Puts delayed jobs whose time has come back onto their lanes, in one atomic step.
enum PromoteScript {
    static let source = """
        #!lua flags=allow-oom
        -- KEYS[1] -> the sorted set of delayed jobs, KEYS[2..] -> the lanes' streams
        -- ARGV[1] -> how many at most, ARGV[2..] -> the lanes' names, in the order of their streams
        -- Returns {promoted, unreadable, ms until the next is due; -1 where there is none}
        --
        -- What cannot be read, which Memoir did not write, waits for an hour: it must hold up none of the others.
        local time = redis.call('TIME')
        local now = time[1] * 1000 + math.floor(time[2] / 1000)
        local streams = {}
        for i = 2, #KEYS do streams[ARGV[i]] = KEYS[i] end
        local promoted, unreadable = 0, 0
        for _, member in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now, 'LIMIT', 0, ARGV[1])) do
            -- An id may hold line feeds itself, so the first after which there is a job ends it.
            local _, last = string.find(member, '\\n', 1, true)
            local stream, job
            while last and not stream do
                local isRead, value = pcall(cmsgpack.unpack, string.sub(member, last + 1))
                if isRead and type(value) == 'table' and type(value[3]) == 'table' then
                    stream, job = streams[value[1]], value
                end
                _, last = string.find(member, '\\n', last + 1, true)
                if last and last > 1024 then last = nil end
            end
            if stream and #job[3] >= 2 and #job[3] % 2 == 0 then
                redis.call('XADD', stream, '*', unpack(job[3]))
                redis.call('ZREM', KEYS[1], member)
                promoted = promoted + 1
            else
                redis.call('ZADD', KEYS[1], now + 3600000, member)
                unreadable = unreadable + 1
            end
        end
        local head = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')
        local wait = -1
        if head[2] then wait = math.max(0, math.ceil(head[2] - now)) end
        return { promoted, unreadable, wait }
        """
}
