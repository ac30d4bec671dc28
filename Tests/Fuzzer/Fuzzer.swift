import FuzzSurfaces
import Glibc

/// Called by libFuzzer, once for each input and never twice at a time.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
    let input = Array(UnsafeBufferPointer(start: data, count: size))
    let finding = InlineExecutor.run { () async -> FuzzFinding? in
        do throws(FuzzFinding) {
            try await FuzzInput.run(input[...])
            return nil
        } catch {
            return error
        }
    }
    guard let finding else { return 0 }
    stop("\(finding)\nof the input\n\(String(decoding: input, as: UTF8.self))")
}

/// Called by libFuzzer before anything else. With `MEMOIR_FUZZ_SEEDS` the seeds are written into that folder, and
/// nothing is fuzzed.
@_cdecl("LLVMFuzzerInitialize")
public func initialize(
    _ argumentCount: UnsafeMutablePointer<CInt>?,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>>>?
) -> CInt {
    if let folder = getenv("MEMOIR_FUZZ_SEEDS").map({ String(cString: $0) }) {
        do throws(FuzzFinding) {
            for (index, seed) in try FuzzSeeds().all.enumerated() { save(seed, to: "\(folder)/seed-\(index)") }
        } catch {
            stop("\(error)")
        }
        exit(0)
    }
    InlineExecutor.takeOver()
    return 0
}

private func save(_ bytes: [UInt8], to path: String) {
    guard let file = fopen(path, "w"), fwrite(bytes, 1, bytes.count, file) == bytes.count, fclose(file) == 0 else {
        stop("\(path) cannot be written")
    }
}

/// libFuzzer keeps the input.
private func stop(_ reason: String) -> Never {
    let text = Array("finding: \(reason)\n".utf8)
    _ = write(STDERR_FILENO, text, text.count)
    abort()
}
