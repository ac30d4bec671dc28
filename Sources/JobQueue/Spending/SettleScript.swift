/// Books what calls have used, corrects what was set aside for them, and takes over what the provider said of its limits.
enum SettleScript {
    static let source = """
        #!lua flags=allow-oom
        -- KEYS[1] -> the provider's hash, KEYS[2] -> a day's ledger, KEYS[3] -> the number of this worker's last settlement
        -- ARGV[1] -> that day, in days since 1970, ARGV[2] -> 1 where it must be today, ARGV[3] -> this settlement's number
        -- ARGV[4] -> requests, ARGV[5] -> tokens that a minute allows (0: what the provider said)
        -- ARGV[6] -> requests, ARGV[7] -> tokens used beyond what was set aside (below 0: fewer)
        -- ARGV[8] -> 1e-9 dollars that were set aside
        -- ARGV[9..11] -> the provider's limit, remainder and ms to the reset of requests, ARGV[12..14] -> of tokens ('': unknown)
        -- ARGV[15] -> ms for which the provider wants no calls, ARGV[16..18] -> tokens, requests, 1e-9 dollars spent
        -- ARGV[19] -> tenants of a day at the most, ARGV[20] -> ms that the provider's hash lasts,
        -- ARGV[21] -> seconds that the ledger lasts, ARGV[22] -> seconds that the number is kept
        -- then for each part: kind (lane, collection, tenant), name, tokens, requests, 1e-9 dollars
        -- Returns 'day', the day that it is: nothing was done
        --      or 'done', 0, requests a minute, tokens a minute (0: unknown); also where it was booked before
        \(TokenBucket.functions)
        local time = redis.call('TIME')
        local now = time[1] * 1000 + time[2] / 1000
        local day = math.floor(time[1] / 86400)
        local hash = fields(KEYS[1])
        local said_at, said = tonumber(hash.said_at_ms), {requests = hash.requests_said, tokens = hash.tokens_said}
        local isBooked = tonumber(redis.call('GET', KEYS[3]) or '0') >= tonumber(ARGV[3])
        if isBooked then
            return {'done', 0, in_force(ARGV[4], said.requests, said_at, now),
                in_force(ARGV[5], said.tokens, said_at, now)}
        end
        if ARGV[2] == '1' and day ~= tonumber(ARGV[1]) then return {'day', day} end
        redis.call('SET', KEYS[3], ARGV[3], 'EX', ARGV[22])

        local function settle(name, ours, least, full_at, beyond, first)
            local limit_said, remaining, reset = tonumber(ARGV[first]), tonumber(ARGV[first + 1]), tonumber(ARGV[first + 2])
            if limit_said and limit_said > 0 then
                said[name], said_at = limit_said, now
                redis.call('HSET', KEYS[1], name .. '_said', ARGV[first], 'said_at_ms', string.format('%.0f', now))
            end
            local limit = in_force(ours, said[name], said_at, now)
            if limit > 0 then
                local capacity, rate = bucket(limit, least)
                full_at = math.max(tonumber(full_at) or 0, now) + tonumber(beyond) / rate
                if remaining and remaining < capacity then
                    local refill = (capacity - remaining) / rate
                    -- All is used up: whole at the reset, one more is there after its part of that time.
                    if remaining == 0 and reset and limit_said and limit_said > 0 then
                        refill = refill + math.max(0, reset / limit_said - 1 / rate)
                    end
                    full_at = math.max(full_at, now + refill)
                end
                store(KEYS[1], name, limit, least, full_at, now)
            end
            return limit
        end
        local requests_limit = settle('requests', ARGV[4], 1, hash.requests_full_at_ms, ARGV[6], 9)
        local tokens_limit = settle('tokens', ARGV[5], \(TokenBucket.leastTokens), hash.tokens_full_at_ms, ARGV[7], 12)
        redis.call('HSET', KEYS[1], 'at_ms', string.format('%.0f', now))
        local retry_at = now + tonumber(ARGV[15])
        if tonumber(ARGV[15]) > 0 and retry_at > (tonumber(hash.wait_until_ms) or 0) then
            redis.call('HSET', KEYS[1], 'wait_until_ms', string.format('%.0f', retry_at))
        end
        redis.call('PEXPIRE', KEYS[1], ARGV[20])

        local reserved = tonumber(ARGV[8])
        if reserved > 0 and redis.call('HINCRBY', KEYS[2], 'reserved_nanodollars', '-' .. ARGV[8]) < 0 then
            redis.call('HSET', KEYS[2], 'reserved_nanodollars', 0)
        end
        local function book(suffix, tokens, requests, nanodollars)
            redis.call('HINCRBY', KEYS[2], 'tokens' .. suffix, tokens)
            redis.call('HINCRBY', KEYS[2], 'requests' .. suffix, requests)
            redis.call('HINCRBY', KEYS[2], 'nanodollars' .. suffix, nanodollars)
        end
        if tonumber(ARGV[17]) > 0 then book('', ARGV[16], ARGV[17], ARGV[18]) end
        for i = 23, #ARGV, 5 do
            local kind, name = ARGV[i], ARGV[i + 1]
            if kind == 'tenant' and name ~= '-' and name ~= '*'
                and redis.call('HEXISTS', KEYS[2], 'tokens:tenant:' .. name) == 0
            then
                if tonumber(redis.call('HGET', KEYS[2], 'tenants') or '0') < tonumber(ARGV[19]) then
                    redis.call('HINCRBY', KEYS[2], 'tenants', 1)
                else
                    name = '*'
                end
            end
            book(':' .. kind .. ':' .. name, ARGV[i + 2], ARGV[i + 3], ARGV[i + 4])
        end
        redis.call('EXPIRE', KEYS[2], ARGV[21])
        return {'done', 0, requests_limit, tokens_limit}
        """
}
