/// Puts claimed jobs aside until a time, in one atomic step.
enum DelayScript {
    static let source = """
        #!lua flags=allow-oom
        -- KEYS[1] -> the lane's stream, KEYS[2] -> the sorted set of delayed jobs, KEYS[3] -> the hash of counters
        -- ARGV[1] -> the consumer group, ARGV[2] -> the consumer, ARGV[3] -> the lane's name
        -- then for each job: entry id, when ('+<ms>' from now by the server's clock, or ms since 1970),
        --                    attempts that failed, first failure in ms ('' for none)
        -- Returns how many were put aside. One that another consumer holds by now, or that is gone, is left alone.
        --
        -- A member begins with the job's id, by which it is found when the job is cancelled. What follows brings the
        -- entry back as it was: lane, entry id, fields.
        local time = redis.call('TIME')
        local now = time[1] * 1000 + math.floor(time[2] / 1000)
        local own = { _attempts = true, _enqueued_at = true, _first_failed_at = true }
        local delayed = 0
        for i = 4, #ARGV, 4 do
            local id, when = ARGV[i], ARGV[i + 1]
            local held = redis.pcall('XPENDING', KEYS[1], ARGV[1], id, id, 1, ARGV[2])
            local entry = #held == 1 and redis.call('XRANGE', KEYS[1], id, id)[1]
            if entry then
                local due = tonumber(when)
                if string.sub(when, 1, 1) == '+' then due = now + due end
                local name, enqueued, fields = id, string.match(id, '^%d+'), {}
                for k = 1, #entry[2], 2 do
                    local field, value = entry[2][k], entry[2][k + 1]
                    if field == 'id' then name = value end
                    if field == '_enqueued_at' then enqueued = value end
                    if not own[field] then
                        fields[1 + #fields] = field
                        fields[1 + #fields] = value
                    end
                end
                for _, value in ipairs({ '_attempts', ARGV[i + 2], '_enqueued_at', enqueued }) do
                    fields[1 + #fields] = value
                end
                if ARGV[i + 3] ~= '' then
                    fields[1 + #fields] = '_first_failed_at'
                    fields[1 + #fields] = ARGV[i + 3]
                end
                redis.call('ZADD', KEYS[2], due, name .. '\\n' .. cmsgpack.pack({ ARGV[3], id, fields }))
                redis.call('XACK', KEYS[1], ARGV[1], id)
                redis.call('XDEL', KEYS[1], id)
                redis.call('HINCRBY', KEYS[3], string.sub(when, 1, 1) == '+' and 'retried' or 'scheduled', 1)
                delayed = delayed + 1
            end
        end
        return delayed
        """
}
