/// Begins a run, or takes one up.
enum StartRunScript {
    static let source = """
        #!lua
        -- KEYS[1] -> the state of the collection's last run
        -- KEYS[2] -> the run's tally, KEYS[3] -> its failures
        -- ARGV[1] -> the run, ARGV[2] -> who is going to write it
        -- ARGV[3] -> start, restart (an unfinished run is replaced) or resume
        -- ARGV[4] -> ms of silence after which an owner counts as dead
        -- ARGV[5] -> seconds that tally and failures are kept, ARGV[6..] -> fields and values of the caller
        -- Returns {started, state} or {owned, owner, ms since it was seen}, {unfinished, state}, {nothing, state}.
        local time = redis.call('TIME')
        local now = time[1] * 1000 + math.floor(time[2] / 1000)
        local state = redis.call('HGETALL', KEYS[1])
        local known = {}
        for i = 1, #state, 2 do known[state[i]] = state[i + 1] end
        if known.owner and known.owner ~= ARGV[2] and not known.finished_ms then
            local silent = now - (tonumber(known.seen_ms) or 0)
            if silent < tonumber(ARGV[4]) then return { 'owned', known.owner, silent } end
        end
        if ARGV[3] == 'resume' then
            if known.run ~= ARGV[1] or known.finished_ms then return { 'nothing', state } end
        elseif known.run == ARGV[1] and known.owner == ARGV[2] then
            -- Begun by this call before, when its answer was lost.
            return { 'started', state }
        elseif known.run and not known.finished_ms and ARGV[3] ~= 'restart' then
            return { 'unfinished', state }
        else
            redis.call('DEL', KEYS[1])
            redis.call('HSET', KEYS[1], 'run', ARGV[1], 'page', 0, 'started_ms', string.format('%.0f', now))
        end
        redis.call('HSET', KEYS[1], 'owner', ARGV[2], 'seen_ms', string.format('%.0f', now))
        if #ARGV > 5 then redis.call('HSET', KEYS[1], unpack(ARGV, 6)) end
        for _, count in ipairs({ 'ok', 'error', 'expired', 'deduped' }) do redis.call('HSETNX', KEYS[2], count, 0) end
        redis.call('EXPIRE', KEYS[2], ARGV[5])
        redis.call('EXPIRE', KEYS[3], ARGV[5])
        return { 'started', redis.call('HGETALL', KEYS[1]) }
        """
}
