internal import RedisClient

/// Result, acknowledgement and removal of many jobs, in one atomic step.
enum FinishScript {
    /// A stream of replies keeps about 10,000 and vanishes an hour after the last: a client that went away leaves nothing
    /// behind.
    static let source = """
        #!lua flags=allow-oom
        -- KEYS[1] -> the lane's stream
        -- KEYS[2] -> the hash of counters
        -- KEYS[3] -> the stream of dead letters
        -- KEYS[4] -> the hash of the collections' generations
        -- KEYS[5 .. 4+n] -> the result key of each job
        -- KEYS[5+n .. 4+n+r] -> the reply stream of each reply
        -- KEYS[5+n+r .. 4+n+r+2u] -> of each run its tally and its failures
        -- ARGV[1] -> the consumer group       ARGV[2] -> dead letters kept
        -- ARGV[3] -> the lane's name          ARGV[4] -> now, in ms
        -- ARGV[5..7] -> n jobs, r replies, d dead letters
        -- ARGV[8] -> one letter a job: which pair of the last ones counts it, A for the first
        -- ARGV[9] -> the consumer             ARGV[10] -> c collections
        -- ARGV[11..13] -> u runs, t counts of runs, f failures of runs
        -- ARGV[14] -> two bytes a job: which count of a run counts it, 1 for the first, 0 for none; '' where u is 0
        -- then n x (entry id, ttl in s: 0 to keep no result, result), r x (job's index, job id, status),
        --      d x (job's index, error code, error message, attempts, first failure in ms),
        --      c x collection that a job was answered for that has changed it,
        --      t x (run's index, field of its tally, increment), f x (job's index, run's index, field, value),
        --      pairs (counter, increment)
        -- Returns how many of the jobs were this caller's to finish.
        --
        -- Only the one whose acknowledgement counts writes the result. When fewer were acknowledged than given, some
        -- were finished before (by a call whose answer was lost, or by another worker): their entries are gone from
        -- the stream, which is how they are told from ours. A job is buried only by the consumer that holds it.
        -- Generations are raised all the same: what was cached may be older than the job's effect.
        -- A run is counted where whoever began it has made its tally, with a field deduped for those of ok that were
        -- there already. What somebody put under such a key must not undo the finish.
        local stream, group = KEYS[1], ARGV[1]
        local n, r, d, c = tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7]), tonumber(ARGV[10])
        local u, t, f = tonumber(ARGV[11]), tonumber(ARGV[12]), tonumber(ARGV[13])
        local head = 14
        local ids, mine = {}, nil
        for i = 1, n do ids[i] = ARGV[head - 2 + 3 * i] end

        local lost = {}
        local base = head + 3 * n + 3 * r
        if d > 0 and redis.call('EXISTS', stream) == 1 then
            for j = 1, d do
                local i = tonumber(ARGV[base + 5 * j - 4])
                local held = redis.pcall('XPENDING', stream, group, ids[i], ids[i], 1, ARGV[9])
                if #held == 0 then lost[i] = true end
            end
        end
        local acknowledged = {}
        for i = 1, n do
            if not lost[i] then acknowledged[#acknowledged + 1] = ids[i] end
        end
        local acked = 0
        if #acknowledged > 0 then acked = redis.call('XACK', stream, group, unpack(acknowledged)) end
        if acked < n then
            mine = {}
            for i = 1, n do
                mine[i] = not lost[i] and #redis.call('XRANGE', stream, ids[i], ids[i]) == 1
            end
        end

        for j = 1, d do
            local at = base + 5 * j - 4
            local i = tonumber(ARGV[at])
            if not mine or mine[i] then
                local entry = redis.call('XRANGE', stream, ids[i], ids[i])[1]
                if entry then
                    -- A field that is too long to keep is cut, and fields past the 131st are dropped. A letter that
                    -- lacks something says so: it must not be replayed.
                    local fields, letter, cut = entry[2], {}, {}
                    for k = 1, #fields, 2 do
                        local name, value = fields[k], fields[k + 1]
                        if k > 262 then
                            cut[1 + #cut] = '...'
                            break
                        end
                        if #value > 65536 then
                            value = string.sub(value, 1, 65536)
                            cut[1 + #cut] = string.sub(name, 1, 64)
                        end
                        if string.sub(name, 1, 1) ~= '_' then
                            letter[1 + #letter] = name
                            letter[1 + #letter] = value
                        end
                    end
                    for _, value in ipairs({
                        '_lane', ARGV[3], '_code', ARGV[at + 1], '_message', ARGV[at + 2],
                        '_attempts', ARGV[at + 3], '_first_failed_at', ARGV[at + 4], '_last_failed_at', ARGV[4]
                    }) do letter[1 + #letter] = value end
                    if #cut > 0 then
                        letter[1 + #letter] = '_cut'
                        letter[1 + #letter] = table.concat(cut, ',')
                    end
                    redis.call('XADD', KEYS[3], 'MAXLEN', '~', ARGV[2], '*', unpack(letter))
                end
            end
        end

        if #acknowledged > 0 then redis.call('XDEL', stream, unpack(acknowledged)) end
        for i = 1, n do
            local key, result, ttl = KEYS[4 + i], ARGV[head + 3 * i], ARGV[head - 1 + 3 * i]
            if not lost[i] and ttl ~= '0' then
                if not mine or mine[i] then
                    redis.call('SET', key, result, 'EX', ttl)
                else
                    redis.call('SET', key, result, 'EX', ttl, 'NX')
                end
            end
        end

        base = head + 3 * n
        for j = 1, r do
            local i = tonumber(ARGV[base + 3 * j - 2])
            if not mine or mine[i] then
                local replies = KEYS[4 + n + j]
                -- The producer chose the key. One that is no stream must not undo the finish of the whole batch.
                local added = redis.pcall('XADD', replies, 'MAXLEN', '~', 10000, '*',
                    'id', ARGV[base + 3 * j - 1], 'status', ARGV[base + 3 * j])
                if type(added) == 'string' then redis.call('EXPIRE', replies, 3600) end
            end
        end

        base = head + 1 + 3 * n + 3 * r + 5 * d
        -- A key that somebody put something else under must not undo the finish; no search is cached then either.
        for k = base, base + c - 1 do redis.pcall('HINCRBY', KEYS[4], ARGV[k], 1) end
        base = base + c
        if u > 0 then
            local keys, open = 4 + n + r, {}
            for run = 1, u do open[run] = redis.call('EXISTS', KEYS[keys + 2 * run - 1]) == 1 end
            local function count(k, increment)
                local run, name = tonumber(ARGV[base + 3 * k - 3]), ARGV[base + 3 * k - 2]
                if not open[run] then return end
                local tally = KEYS[keys + 2 * run - 1]
                redis.pcall('HINCRBY', tally, name, increment)
                if name == 'deduped' then redis.pcall('HINCRBY', tally, 'ok', increment) end
            end
            if not mine then
                for k = 1, t do count(k, ARGV[base + 3 * k - 1]) end
            else
                for i = 1, n do
                    local high, low = string.byte(ARGV[14], 2 * i - 1, 2 * i)
                    if mine[i] and high + low > 0 then count(256 * high + low, 1) end
                end
            end
            base = base + 3 * t
            for k = base, base + 4 * f - 1, 4 do
                local i, run = tonumber(ARGV[k]), tonumber(ARGV[k + 1])
                if open[run] and (not mine or mine[i]) then
                    local tally, failures = KEYS[keys + 2 * run - 1], KEYS[keys + 2 * run]
                    local kept = redis.pcall('HLEN', failures)
                    if type(kept) == 'number' and (kept < \(Runs.maximumFailures)
                        or redis.call('HEXISTS', failures, ARGV[k + 2]) == 1) then
                        redis.call('HSET', failures, ARGV[k + 2], ARGV[k + 3])
                        local left = redis.call('PTTL', tally)
                        if left > 0 then redis.call('PEXPIRE', failures, left) end
                    end
                end
            end
            base = base + 4 * f
        end
        if not mine then
            for k = base, #ARGV, 2 do redis.call('HINCRBY', KEYS[2], ARGV[k], ARGV[k + 1]) end
        else
            for i = 1, n do
                local pair = string.byte(ARGV[8], i) - string.byte('A')
                if mine[i] then redis.call('HINCRBY', KEYS[2], ARGV[base + 2 * pair], 1) end
            end
        end
        return acked
        """
}
