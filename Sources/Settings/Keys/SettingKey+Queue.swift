extension SettingKey {
    static let queue: [SettingKey] = [
        maximumLength("search", \.queue.maximumLength.search),
        maximumLength("save", \.queue.maximumLength.save),
        maximumLength("embed", \.queue.maximumLength.embed),
        maximumLength("bulk", \.queue.maximumLength.bulk),
    ]

    private static func maximumLength(
        _ lane: String,
        _ path: any WritableKeyPath<Settings, Int> & Sendable
    ) -> SettingKey {
        SettingKey(
            "queue.maximumLength.\(lane)",
            path,
            .integer(1...100_000_000),
            "Jobs that the lane `\(lane)` may hold, waiting and in work: one more is refused with `queue_full`."
        )
    }
}
