import ArgumentParser
import JobQueue

/// A lane, or `all` of them.
enum LaneArgument: ExpressibleByArgument, Equatable {
    case one(Lane)
    case all

    init?(argument: String) {
        if argument == "all" {
            self = .all
        } else if let lane = Lane(rawValue: argument) {
            self = .one(lane)
        } else {
            return nil
        }
    }

    static var allValueStrings: [String] { Lane.allCases.map(\.rawValue) + ["all"] }

    /// Each lane once, in the order of `Lane`.
    static func lanes(_ arguments: [LaneArgument]) -> [Lane] {
        Lane.allCases.filter { arguments.contains(.all) || arguments.contains(.one($0)) }
    }
}
