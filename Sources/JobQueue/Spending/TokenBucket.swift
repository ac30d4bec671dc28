/// A rate as a bucket that refills evenly. What it holds when it is full, and what flows in within a minute, are together
/// what a minute allows: no minute, wherever it begins, ever sees more than the limit.
enum TokenBucket {
    /// A full bucket holds this part of the limit; the rest of it flows in within a minute.
    static let burstDivisor = 10
    /// Tokens that a full bucket holds, where that is no more than half of the limit: a text of the largest size fits.
    static let leastTokens = 10_000
    /// Calls that carry bulk leave this part of a full bucket to the others.
    static let reserveDivisor = 5
    /// Milliseconds that a limit counts which the provider has not repeated.
    static let learnedLifetime = 600_000

    /// What a call can use at the most without having to wait for a bucket that is full: a larger one still goes out, as
    /// a debt that is refilled first.
    static func largestCall(tokensPerMinute limit: Int) -> Int {
        let capacity = max(limit / burstDivisor, min(leastTokens, limit / 2), 1)
        return max(1, capacity - capacity / reserveDivisor)
    }

    /// A bucket stands in its hash as the time when it is full again, which needs no one to refill it.
    static let functions = """
        -- All of a small hash, by field.
        local function fields(key)
            local flat, hash = redis.call('HGETALL', key), {}
            for i = 1, #flat, 2 do hash[flat[i]] = flat[i + 1] end
            return hash
        end
        -- Of a limit a minute: what a full bucket holds, and what flows in within a ms.
        local function bucket(limit, least)
            local half = math.floor(limit / 2)
            local capacity = math.max(math.floor(limit / \(burstDivisor)), math.min(least, half), 1)
            return capacity, math.max(limit - capacity, limit / 2) / 60000
        end
        -- The limit in force: ours, or what the provider said lately; 0 for none.
        local function in_force(ours, said, said_at, now)
            if tonumber(ours) > 0 then return tonumber(ours) end
            if not said or not said_at or said_at + \(learnedLifetime) < now then return 0 end
            return tonumber(said)
        end
        -- Writes a bucket and what people read of it.
        local function store(key, name, limit, least, full_at, now)
            if limit == 0 then
                redis.call('HDEL', key, name .. '_limit', name .. '_left', name .. '_full_at_ms')
                return
            end
            local capacity, rate = bucket(limit, least)
            local left = math.max(0, math.floor(capacity - math.max(0, full_at - now) * rate))
            redis.call('HSET', key, name .. '_limit', string.format('%.0f', limit),
                name .. '_left', string.format('%.0f', left), name .. '_full_at_ms', string.format('%.3f', full_at))
        end
        """
}
