/// Renews the lease of claimed jobs and tells which are lost.
enum RenewScript {
    static let source = """
        #!lua flags=allow-oom
        -- KEYS[1] -> the lane's stream
        -- ARGV[1] -> the consumer group, ARGV[2] -> the consumer, then entry ids
        -- Returns the ids that this consumer holds no more: others run them by now, or they are done. The rest is
        -- young again, for whoever claims by age. Where there is no group, nobody else can hold anything.
        local group, consumer = ARGV[1], ARGV[2]
        local lost, held = {}, {}
        for i = 3, #ARGV do
            local item = redis.pcall('XPENDING', KEYS[1], group, ARGV[i], ARGV[i], 1, consumer)
            if item.err then
                if string.sub(item.err, 1, 7) == 'NOGROUP' then return {} end
                return item
            end
            if #item == 0 then lost[1 + #lost] = ARGV[i] else held[1 + #held] = ARGV[i] end
        end
        if #held > 0 then
            held[1 + #held] = 'JUSTID'
            redis.call('XCLAIM', KEYS[1], group, consumer, 0, unpack(held))
        end
        return lost
        """
}
