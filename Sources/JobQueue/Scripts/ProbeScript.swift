/// Compares pending entries with what stands in the stream: some of a page, in groups. One step of many.
enum ProbeScript {
    /// Pending entries that are compared together.
    static let group = 8
    /// Bytes of entries looked at, about.
    private static let room = 262_144

    static let source = """
        #!lua flags=allow-oom,no-writes
        -- KEYS[1] -> the lane's stream, ARGV[1] -> the consumer group, ARGV[2] -> pending entries of a page
        -- ARGV[3] -> how many of the first page to pass over, ARGV[4] -> from one group of a page to the next
        -- ARGV[5...] -> where pages begin
        -- Returns {1 where all is as it should be, else 0; pending entries that were compared; entries that stand in their
        -- places; where the page after the last one begins, 'end' where there is none; how many of it to pass over}, or nil
        -- where there is no such group any more.
        local page, offset, stride = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
        local isSound, compared, standing, bytes, next = 1, 0, 0, 0, 'end'
        local function compare(items, from, to)
            local entries = redis.call('XRANGE', KEYS[1], items[from][1], items[to][1], 'COUNT', \(2 * group))
            compared, standing = compared + to - from + 1, standing + #entries
            if #entries ~= to - from + 1 then isSound = 0 end
            for i, entry in ipairs(entries) do
                if not items[from + i - 1] or items[from + i - 1][1] ~= entry[1] then isSound = 0 end
                for _, value in ipairs(entry[2]) do bytes = bytes + #value end
            end
        end
        for argument = 5, #ARGV do
            local items = redis.pcall('XPENDING', KEYS[1], ARGV[1], ARGV[argument], '+', page)
            if items.err then return nil end
            while offset < #items do
                if bytes < \(room) then compare(items, offset + 1, math.min(#items, offset + \(group))) end
                offset = offset + stride
            end
            offset = offset - #items
            next = #items < page and 'end' or '(' .. items[#items][1]
        end
        return { isSound, compared, standing, next, offset }
        """
}
