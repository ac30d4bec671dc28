internal import Foundation
internal import RedisServerFixture

/// Where PostgreSQL's programs are, and who runs them: they refuse root, which then becomes the user `postgres`.
struct PostgresPrograms {
    private static let versions = "/usr/lib/postgresql"

    let folder: String

    /// The newest version of those that Debian's packages put side by side.
    init() throws {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: Self.versions)) ?? []
        guard let newest = names.compactMap({ Int($0) }).max() else {
            throw FixtureError("no PostgreSQL in \(Self.versions): scripts/setup --development installs it")
        }
        folder = "\(Self.versions)/\(newest)/bin"
    }

    private static var isRoot: Bool { geteuid() == 0 }

    func command(_ program: String, _ arguments: [String]) -> [String] {
        let drop = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
        return (Self.isRoot ? drop : []) + ["\(folder)/\(program)"] + arguments
    }

    /// Gives a file or folder to the user that the programs run as.
    func give(_ url: URL) throws {
        guard Self.isRoot else { return }
        guard let user = getpwnam("postgres"), chown(url.path, user.pointee.pw_uid, user.pointee.pw_gid) == 0 else {
            throw FixtureError("cannot give \(url.path) to the user postgres")
        }
    }

    /// Runs a command to its end.
    static func run(_ command: [String]) throws {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = command
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let said = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw FixtureError("\(command.joined(separator: " ")) failed: \(said)")
        }
    }
}
