import Testing

@testable import Settings

@Suite struct ValueTests {
    @Test(arguments: [
        ("5s", Duration.seconds(5)), ("200ms", .milliseconds(200)), ("2m", .seconds(120)), ("1h", .seconds(3600)),
        ("30", .seconds(30)), ("0.5", .milliseconds(500)), ("1.5h", .seconds(5400)), ("5 s", .seconds(5)),
        ("", nil), ("s", nil), ("-1s", nil), ("5d", nil), ("1e3", nil), ("5s5", nil), ("1.2.3", nil),
        ("99999999999999999999h", nil),
    ])
    func durations(text: String, expected: Duration?) {
        #expect(Duration(text: text) == expected)
    }

    @Test(arguments: [
        (Duration.zero, "0s"), (.milliseconds(1500), "1500ms"), (.seconds(90), "90s"), (.seconds(7200), "2h"),
    ])
    func durationTexts(duration: Duration, text: String) {
        #expect(duration.text == text)
        #expect(Duration(text: text) == duration)
    }

    @Test(arguments: [
        ("1MiB", 1_048_576), ("512KiB", 524_288), ("1gib", 1 << 30), ("10", 10), ("10B", 10), ("1 KiB", 1024),
        ("1MB", nil), ("", nil), ("KiB", nil), ("-1", nil), ("1.5MiB", nil), ("99999999999GiB", nil),
    ])
    func sizes(text: String, expected: Int?) {
        #expect(ByteSize.parse(text) == expected)
    }

    @Test(arguments: [
        ("0", 0), ("5", 5_000_000_000), ("0.02", 20_000_000), ("1.50", 1_500_000_000), ("0.000000001", 1),
        ("999999999.999999999", 999_999_999_999_999_999), ("", nil), (".5", nil), ("5.", nil), ("-1", nil),
        ("1e3", nil), ("0.0000000001", nil), ("1,5", nil), ("$5", nil), ("1.2.3", nil), ("1000000000", nil),
    ])
    func dollars(text: String, expected: Int?) throws {
        let dollars = Dollars(text: text)
        #expect(dollars?.nanodollars == expected)
        if let dollars { #expect(Dollars(text: dollars.description) == dollars) }
    }

    @Test(arguments: [("80%", 80), ("80", 80), ("0%", 0), ("100", 100)])
    func percents(text: String, expected: Int) throws {
        #expect(try SettingForm<Int>.percent.read(text) == expected)
    }

    @Test(arguments: ["101%", "-1", "80%%", "0.8", "%", ""])
    func wrongPercents(text: String) {
        #expect(throws: InvalidValue.self) { try SettingForm<Int>.percent.read(text) }
    }

    @Test(arguments: [
        "redis://host", "redis://u:p%40ss@host:6379/0", "redis://:p@[::1]:6379", "https://host/v1",
        "unix:///run/r.sock?db=1",
    ])
    func urlsAreWrittenAsTheyAreRead(text: String) throws {
        #expect(try ServiceURL(text).string == text)
    }

    @Test(arguments: [
        "", "host", "://host", "http://host:", "http://host:0", "http://host:65536", "http://a b", "http://%zz@h",
    ])
    func wrongURLs(text: String) {
        #expect(throws: InvalidValue.self) { try ServiceURL(text) }
    }

    @Test(arguments: [
        ("redis.comandTimeout", "redis.commandTimeout"),
        ("Redis.Prefix", "redis.prefix"),
        ("worker.slots.bulks", "worker.slots.bulk"),
        ("qdrant.apikey", "qdrant.apiKey"),
        ("entirely.different", nil),
        ("", nil),
    ])
    func nearestNames(name: String, nearest: String?) {
        #expect(NearestName.find(name, among: SettingKey.all.map(\.name)) == nearest)
    }
}
