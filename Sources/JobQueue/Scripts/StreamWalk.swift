/// A function of the scripts that count entries, in Lua.
enum StreamWalk {
    static let source = """
        -- How many entries there are between two ids, upwards by XRANGE or downwards by XREVRANGE; whether that is all, and
        -- where to go on if it is not: no more than `limit` entries and about `room` bytes are looked at.
        local function walk(command, key, from, to, limit, room)
            local count, bytes, chunk = 0, 0, 4
            while true do
                chunk = math.max(1, math.min(chunk, limit - count))
                local entries = redis.pcall(command, key, from, to, 'COUNT', chunk)
                -- Nothing comes after the highest of all ids, or before the lowest.
                if entries.err then return count, true, from end
                count = count + #entries
                if #entries < chunk then return count, true, from end
                for _, entry in ipairs(entries) do
                    for _, value in ipairs(entry[2]) do bytes = bytes + #value end
                end
                from = '(' .. entries[#entries][1]
                if count >= limit or bytes >= room then return count, false, from end
                local fitting = math.floor((room - bytes) * count / math.max(1, bytes))
                chunk = math.max(1, math.min(100, 2 * chunk, fitting))
            end
        end
        """
}
