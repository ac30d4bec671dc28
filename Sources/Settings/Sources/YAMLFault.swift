import Yams

/// Why text is no YAML. Says the line, and quotes nothing of the text: the line at fault may hold a secret.
struct YAMLFault: Error, Equatable {
    let line: Int?
    let reason: String

    init(line: Int?, reason: String) {
        self.line = line
        self.reason = reason
    }

    init(_ error: any Error) {
        switch error {
        case let fault as YAMLFault: self = fault
        case YamlError.scanner(let context, let problem, let mark, _),
            YamlError.parser(let context, let problem, let mark, _),
            YamlError.composer(let context, let problem, let mark, _):
            let place = context.map { " \($0.text) that begins in line \($0.mark.line)" } ?? ""
            self.init(line: mark.line, reason: "this is no YAML: \(problem)\(place)")
        case YamlError.reader(let problem, _, _, _):
            self.init(line: nil, reason: "this is no YAML: \(problem)")
        case YamlError.duplicatedKeysInMapping(let names, let context):
            let listed = names.joined(separator: ", ")
            self.init(line: context.mark.line, reason: "the mapping that begins here has a key twice: \(listed)")
        default:
            self.init(line: nil, reason: "this is no YAML")
        }
    }
}
