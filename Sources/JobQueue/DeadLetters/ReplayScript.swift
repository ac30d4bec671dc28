/// Sends dead letters' jobs again.
enum ReplayScript {
    static let source = """
        -- KEYS[1] -> the stream of dead letters, KEYS[2] -> the hash of the lanes' bounds
        -- KEYS[3 .. 2+l] -> the lanes' streams, KEYS[3+l .. 2+l+n] -> the result key of each letter's job
        -- KEYS[3+l+n ..] -> tally and failures of each run that letters' jobs belong to
        -- ARGV[1] -> l lanes, then l x (the lane's name, its bound where the hash has none), then
        --      n x (the letter's id, the index of its lane from 1, the index of its run's tally in KEYS or 0 for no run,
        --      the job's field among the run's failures)
        -- Returns {replayed, gone} and, where a lane is full, its index, length and bound: the letters from that one on
        -- are as they were. A letter that is gone was replayed or removed by another call, or by this one when its
        -- answer was lost: it is never replayed twice. A job of a run is open again: what was counted as its error is
        -- taken back, and it is going to be counted as what comes of it now.
        local lanes = tonumber(ARGV[1])
        local letters = (#ARGV - 1 - 2 * lanes) / 4
        local bounds = {}
        for lane = 1, lanes do
            bounds[lane] = tonumber(redis.call('HGET', KEYS[2], ARGV[2 * lane]) or ARGV[2 * lane + 1]) or 0
        end
        local replayed, gone = 0, 0
        for i = 1, letters do
            local at = 2 * lanes - 2 + 4 * i
            local id, lane, tally = ARGV[at], tonumber(ARGV[at + 1]), tonumber(ARGV[at + 2])
            local letter = redis.call('XRANGE', KEYS[1], id, id)[1]
            if not letter then
                gone = gone + 1
            else
                local stream = KEYS[2 + lane]
                local length = redis.call('XLEN', stream)
                if bounds[lane] > 0 and length >= bounds[lane] then
                    return {replayed, gone, lane, length, bounds[lane]}
                end
                local fields = {}
                for k = 1, #letter[2], 2 do
                    if string.sub(letter[2][k], 1, 1) ~= '_' then
                        fields[#fields + 1] = letter[2][k]
                        fields[#fields + 1] = letter[2][k + 1]
                    end
                end
                -- A letter without a job in it, which people may have put there, is removed all the same.
                if #fields > 0 then redis.call('XADD', stream, '*', unpack(fields)) end
                if tally > 0 and (tonumber(redis.pcall('HGET', KEYS[tally], 'error')) or 0) > 0 then
                    redis.call('HINCRBY', KEYS[tally], 'error', -1)
                    redis.pcall('HDEL', KEYS[tally + 1], ARGV[at + 3])
                end
                redis.call('DEL', KEYS[2 + lanes + i])
                redis.call('XDEL', KEYS[1], id)
                replayed = replayed + 1
            end
        end
        return {replayed, gone}
        """
}
