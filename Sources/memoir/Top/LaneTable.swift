import JobQueue
import Memory

/// The lanes of `memoir top`, a line each: as many columns as the window has room for, the most telling ones first.
struct LaneTable {
    private struct Column: Sendable {
        let title: String
        let width: Int
        /// Those with the lowest number stay where the window is narrow.
        let rank: Int
        let cell: @Sendable (LaneStatistics) -> (text: String, style: StyledLine.Style)
    }

    private static let nameWidth = 6
    private static let narrowestSparkline = 9
    private static let gap = 2

    private static let all = [
        Column(title: "waiting", width: 11, rank: 0) { lane in
            let sign = lane.isUndeliveredExact ? "" : "~"
            return (sign + Figures.count(lane.undelivered), lane.undelivered > 0 ? .plain : .dim)
        },
        Column(title: "in work", width: 9, rank: 3) { lane in
            (Figures.count(lane.inWork), lane.inWork > 0 ? .good : .dim)
        },
        Column(title: "came/s", width: 8, rank: 5) { rate($0.came) },
        Column(title: "left/s", width: 8, rank: 4) { rate($0.left) },
        Column(title: "oldest", width: 9, rank: 2) { lane in
            guard lane.entries > 0, let oldest = lane.oldest else { return ("-", .dim) }
            return (ShortDuration.text(milliseconds: oldest), .plain)
        },
        Column(title: "empty in", width: 9, rank: 1, cell: drain),
    ]

    private let columns: [Column]
    /// What is left beside the columns, for the last hour of each lane.
    private let sparkWidth: Int

    /// - Parameter width: of the window.
    init(width: Int) {
        var room = width - Self.nameWidth
        var shown: Set<Int> = []
        for column in Self.all.sorted(by: { $0.rank < $1.rank }) {
            // The first is cut rather than left out.
            guard column.width <= room || shown.isEmpty else { break }
            room -= column.width
            shown.insert(column.rank)
        }
        columns = Self.all.filter { shown.contains($0.rank) }
        sparkWidth = room - Self.gap >= Self.narrowestSparkline ? room - Self.gap : 0
    }

    /// - Parameter spark: the last hour of a lane in so many columns.
    func lines(_ lanes: [LaneStatistics], spark: (Lane, Int) -> String) -> [StyledLine] {
        [header]
            + lanes.map { lane in
                var line = StyledLine(StyledLine.left(lane.lane.rawValue, Self.nameWidth), .bold)
                for column in columns {
                    let (text, style) = column.cell(lane)
                    line.add(StyledLine.right(text, column.width), style)
                }
                if sparkWidth > 0 { line.add(gap + spark(lane.lane, sparkWidth), .good) }
                return line
            }
    }

    private var header: StyledLine {
        let titles = columns.map { StyledLine.right($0.title, $0.width) }.joined()
        var header = StyledLine(StyledLine.left("lane", Self.nameWidth) + titles, .bold)
        if sparkWidth > 0 { header.add(gap + (sparkWidth >= 22 ? "left in the last hour" : "an hour"), .bold) }
        return header
    }

    private var gap: String { String(repeating: " ", count: Self.gap) }

    private static func rate(_ rate: Int?) -> (text: String, style: StyledLine.Style) {
        (rate.map { Figures.count($0) } ?? "-", (rate ?? 0) > 0 ? .plain : .dim)
    }

    private static func drain(_ lane: LaneStatistics) -> (text: String, style: StyledLine.Style) {
        guard lane.entries > 0 else { return ("-", .dim) }
        if let drain = lane.drain { return (ShortDuration.text(milliseconds: drain), .plain) }
        guard let isGrowing = lane.isGrowing else { return ("?", .dim) }
        guard isGrowing else { return ("-", .dim) }
        return (lane.came ?? 0) > (lane.left ?? 0) ? ("grows", .warning) : ("stands", .warning)
    }
}
