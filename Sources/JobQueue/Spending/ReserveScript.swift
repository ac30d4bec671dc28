/// Asks whether a call to the provider may go out, and sets aside what it is going to use.
enum ReserveScript {
    static let source = """
        #!lua flags=allow-oom
        -- KEYS[1] -> the provider's hash, KEYS[2] -> a day's ledger
        -- ARGV[1] -> that day, in days since 1970, ARGV[2] -> tokens of the call, ARGV[3] -> 1 where it carries bulk
        -- ARGV[4] -> requests, ARGV[5] -> tokens that a minute allows (0: what the provider said)
        -- ARGV[6] -> 1e-9 dollars that it costs, ARGV[7] -> the day's budget (0: none), ARGV[8] -> bulk's part of it
        -- ARGV[9] -> ms that the provider's hash lasts, ARGV[10] -> seconds that the ledger lasts
        -- Returns 'day', the day that it is: nothing was done, ask with that day's ledger
        --      or 'go', 0, requests a minute, tokens a minute (0: unknown): the call is set aside
        --      or 'wait', ms, requests a minute, tokens a minute
        --      or 'budget', 1e-9 dollars that are spent and set aside
        \(TokenBucket.functions)
        local time = redis.call('TIME')
        local now = time[1] * 1000 + time[2] / 1000
        local day = math.floor(time[1] / 86400)
        if day ~= tonumber(ARGV[1]) then return {'day', day} end
        local tokens, bulk, cost = tonumber(ARGV[2]), ARGV[3] == '1', tonumber(ARGV[6])
        local budget, bulk_budget = tonumber(ARGV[7]), tonumber(ARGV[8])

        local hash = fields(KEYS[1])
        local said_at = tonumber(hash.said_at_ms)
        redis.call('HSET', KEYS[1], 'at_ms', string.format('%.0f', now))
        redis.call('PEXPIRE', KEYS[1], ARGV[9])

        local state = 'ok'
        if budget > 0 then
            local amounts = redis.call('HMGET', KEYS[2], 'nanodollars', 'reserved_nanodollars')
            local before = (tonumber(amounts[1]) or 0) + (tonumber(amounts[2]) or 0)
            local after = before + cost
            local refused = after > (bulk and bulk_budget or budget)
            if before >= budget or (refused and (not bulk or hash.budget == 'exceeded')) then
                state = 'exceeded'
            elseif after > bulk_budget then
                state = 'bulk_stopped'
            end
            if refused then
                redis.call('HSET', KEYS[1], 'budget', state)
                return {'budget', string.format('%.0f', before)}
            end
        end
        if hash.budget ~= state then redis.call('HSET', KEYS[1], 'budget', state) end

        local requests_limit = in_force(ARGV[4], hash.requests_said, said_at, now)
        local tokens_limit = in_force(ARGV[5], hash.tokens_said, said_at, now)
        local wait = (tonumber(hash.wait_until_ms) or 0) - now
        -- Ms until the bucket holds the amount, or is full where it never does; and when it is full once that is taken.
        local function take(limit, least, full_at, amount)
            if limit == 0 then return 0, now end
            local capacity, rate = bucket(limit, least)
            full_at = math.max(tonumber(full_at) or 0, now)
            local needed = math.min(amount + (bulk and capacity / \(TokenBucket.reserveDivisor) or 0), capacity)
            return full_at - now - (capacity - needed) / rate, full_at + amount / rate
        end
        local requests_wait, requests_full_at = take(requests_limit, 1, hash.requests_full_at_ms, 1)
        local tokens_wait, tokens_full_at = take(tokens_limit, \(TokenBucket.leastTokens), hash.tokens_full_at_ms, tokens)
        wait = math.max(wait, requests_wait, tokens_wait)
        -- A thousandth of a ms is rounding.
        if wait > 0.001 then return {'wait', math.ceil(wait), requests_limit, tokens_limit} end

        store(KEYS[1], 'requests', requests_limit, 1, requests_full_at, now)
        store(KEYS[1], 'tokens', tokens_limit, \(TokenBucket.leastTokens), tokens_full_at, now)
        if budget > 0 then
            redis.call('HINCRBY', KEYS[2], 'reserved_nanodollars', ARGV[6])
            redis.call('EXPIRE', KEYS[2], ARGV[10])
        end
        return {'go', 0, requests_limit, tokens_limit}
        """
}
