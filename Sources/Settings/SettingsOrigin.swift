/// Where a value comes from, the weakest first.
package enum SettingsOrigin: Sendable, Hashable, CustomStringConvertible {
    case builtIn
    case file(path: String, line: Int)
    case environmentFile(path: String, line: Int, name: String)
    case secretFile(path: String)
    case environment(name: String)
    /// A flag of the command line as it is written there, without its value: `--set redis.url`.
    case flag(String)

    package var description: String {
        switch self {
        case .builtIn: "default"
        case .file(let path, let line): "\(path):\(line)"
        case .environmentFile(let path, let line, let name): "\(path):\(line) \(name)"
        case .secretFile(let path): path
        case .environment(let name): "environment \(name)"
        case .flag(let flag): flag
        }
    }
}
