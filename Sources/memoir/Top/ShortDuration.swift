/// A time in few columns: `40ms`, `9.5s`, `59s`, `12m`, `3h20m`, `4d`.
enum ShortDuration {
    static func text(milliseconds: Int) -> String {
        let seconds = milliseconds / 1_000
        switch seconds {
        case ..<1: return "\(max(0, milliseconds))ms"
        case ..<10: return "\(seconds).\(milliseconds % 1_000 / 100)s"
        case ..<100: return "\(seconds)s"
        case ..<6_000: return "\(seconds / 60)m"
        case ..<172_800: return "\(seconds / 3_600)h\(seconds % 3_600 / 60)m"
        default: return "\(seconds / 86_400)d"
        }
    }
}
