import Doctor
import JSON

/// What `memoir doctor` shows, for people and for programs.
struct DoctorReport {
    private let diagnoses: [Diagnosis]

    init(_ diagnoses: [Diagnosis]) {
        self.diagnoses = diagnoses
    }

    func count(_ severity: Severity) -> Int {
        diagnoses.reduce(0) { $0 + $1.findings.count { $0.severity == severity } }
    }

    /// A line for each finding, below it what mends it.
    var text: String {
        var lines: [String] = []
        let nameWidth = diagnoses.map(\.name.count).max() ?? 0
        for diagnosis in diagnoses {
            for finding in diagnosis.findings {
                let severity = Self.padded(finding.severity.rawValue, Self.severityWidth)
                lines.append("\(severity)  \(Self.padded(diagnosis.name, nameWidth))  \(finding.text)")
                let indent = String(repeating: " ", count: Self.severityWidth + 2)
                lines += finding.remedy.map { "\(indent)$ \($0)" }
            }
        }
        let counts = [Severity.failure, .warning, .note].map { severity in
            let count = count(severity)
            return "\(count) \(severity.rawValue)\(count == 1 ? "" : "s")"
        }
        lines.append(counts.joined(separator: ", "))
        return lines.joined(separator: "\n")
    }

    var json: String {
        var writer = JSONWriter()
        writer.beginObject()
        writer.name("ok")
        writer.bool(count(.failure) == 0)
        writer.name("failures")
        writer.integer(count(.failure))
        writer.name("warnings")
        writer.integer(count(.warning))
        writer.name("findings")
        writer.beginArray()
        for diagnosis in diagnoses {
            for finding in diagnosis.findings { Self.write(finding, of: diagnosis.name, to: &writer) }
        }
        writer.endArray()
        writer.endObject()
        return String(decoding: writer.finish(), as: UTF8.self)
    }

    private static let severityWidth = Severity.allCases.map(\.rawValue.count).max() ?? 0

    private static func write(_ finding: Finding, of check: String, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.name("check")
        writer.string(check)
        writer.name("severity")
        writer.string(finding.severity.rawValue)
        writer.name("finding")
        writer.string(finding.text)
        writer.name("remedy")
        writer.beginArray()
        for line in finding.remedy { writer.string(line) }
        writer.endArray()
        writer.endObject()
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}
