internal import RedisClient

/// Result, acknowledgement and removal of many jobs, in one atomic step.
enum FinishScript {
    /// A stream of replies keeps about 10,000 and vanishes an hour after the last: a client that went away leaves nothing
    /// behind.
    static let source = """
        -- KEYS[1] -> the lane's stream
        -- KEYS[2] -> the hash of counters
        -- KEYS[3] -> the stream of dead letters
        -- KEYS[4 .. 3+n] -> the result key of each job ('' for an entry that is only acknowledged)
        -- KEYS[4+n .. 3+n+r] -> the reply stream of each reply
        -- ARGV[1] -> the consumer group       ARGV[2] -> dead letters kept
        -- ARGV[3] -> the lane's name          ARGV[4] -> now, in ms
        -- ARGV[5..7] -> n jobs, r replies, d dead letters
        -- ARGV[8] -> one letter a job: which pair of the last ones counts it, A for the first; - for none
        -- then n x (entry id, ttl in s, result), r x (job's index, job id, status),
        --      d x (job's index, error code, error message), and pairs (counter, increment)
        -- Returns how many of the jobs were this caller's to finish.
        --
        -- Only the one whose acknowledgement counts writes the result. When fewer were acknowledged than given, some
        -- were finished before (by a call whose answer was lost, or by another worker): their entries are gone from
        -- the stream, which is how they are told from ours.
        local stream, group = KEYS[1], ARGV[1]
        local n, r, d = tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7])
        local ids = {}
        for i = 1, n do ids[i] = ARGV[6 + 3 * i] end
        local acked = redis.call('XACK', stream, group, unpack(ids))
        local mine = nil
        if acked < n then
            mine = {}
            for i = 1, n do
                mine[i] = #redis.call('XRANGE', stream, ids[i], ids[i]) == 1
            end
        end

        local base = 8 + 3 * n + 3 * r
        for j = 1, d do
            local i = tonumber(ARGV[base + 3 * j - 2])
            if not mine or mine[i] then
                local entry = redis.call('XRANGE', stream, ids[i], ids[i])[1]
                if entry then
                    local fields = entry[2]
                    -- A field that is too long to keep is cut: such a job fails again however often it is replayed.
                    for k = 2, #fields, 2 do
                        if #fields[k] > 65536 then fields[k] = string.sub(fields[k], 1, 65536) end
                    end
                    for _, value in ipairs({
                        '_lane', ARGV[3], '_code', ARGV[base + 3 * j - 1], '_message', ARGV[base + 3 * j],
                        '_attempts', '1', '_first_failed_at', ARGV[4], '_last_failed_at', ARGV[4]
                    }) do fields[#fields + 1] = value end
                    if #fields <= 256 then
                        redis.call('XADD', KEYS[3], 'MAXLEN', '~', ARGV[2], '*', unpack(fields))
                    end
                end
            end
        end

        redis.call('XDEL', stream, unpack(ids))
        for i = 1, n do
            local key = KEYS[3 + i]
            if key ~= '' then
                local result, ttl = ARGV[8 + 3 * i], ARGV[7 + 3 * i]
                if not mine or mine[i] then
                    redis.call('SET', key, result, 'EX', ttl)
                else
                    redis.call('SET', key, result, 'EX', ttl, 'NX')
                end
            end
        end

        base = 8 + 3 * n
        for j = 1, r do
            local i = tonumber(ARGV[base + 3 * j - 2])
            if not mine or mine[i] then
                local replies = KEYS[3 + n + j]
                -- The producer chose the key. One that is no stream must not undo the finish of the whole batch.
                local added = redis.pcall('XADD', replies, 'MAXLEN', '~', 10000, '*',
                    'id', ARGV[base + 3 * j - 1], 'status', ARGV[base + 3 * j])
                if type(added) == 'string' then redis.call('EXPIRE', replies, 3600) end
            end
        end

        base = 9 + 3 * n + 3 * r + 3 * d
        if not mine then
            for k = base, #ARGV, 2 do redis.call('HINCRBY', KEYS[2], ARGV[k], ARGV[k + 1]) end
        else
            for i = 1, n do
                local pair = string.byte(ARGV[8], i) - string.byte('A')
                if mine[i] and pair >= 0 then redis.call('HINCRBY', KEYS[2], ARGV[base + 2 * pair], 1) end
            end
        end
        return acked
        """
}
