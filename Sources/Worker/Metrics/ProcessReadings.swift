internal import Glibc

/// What the kernel says of this process: proc(5).
enum ProcessReadings {
    /// Nil where it does not say.
    static var residentBytes: Int? {
        let fields = read("/proc/self/statm").split(separator: " ")
        guard fields.count > 1, let pages = Int(fields[1]) else { return nil }
        return pages * Int(sysconf(Int32(_SC_PAGESIZE)))
    }

    /// User and system time of all threads.
    static var processorSeconds: Double { seconds(CLOCK_PROCESS_CPUTIME_ID) }

    /// Since 1970. Nil where it does not say.
    static var startSeconds: Double? {
        // The name of the program, in parentheses, may hold anything.
        guard let afterName = read("/proc/self/stat").split(separator: ")").last else { return nil }
        let fields = afterName.split(separator: " ")
        // The 22nd of all: ticks since boot.
        guard fields.count > 19, let ticks = Double(fields[19]) else { return nil }
        return seconds(CLOCK_REALTIME) - seconds(CLOCK_BOOTTIME) + ticks / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    /// Nil where it does not say.
    static var openDescriptors: Int? {
        guard let folder = opendir("/proc/self/fd") else { return nil }
        defer { closedir(folder) }
        var count = 0
        while readdir(folder) != nil { count += 1 }
        // Without the folder itself, the one above, and the descriptor that it is read by.
        return count - 3
    }

    private static func seconds(_ clock: clockid_t) -> Double {
        var time = timespec()
        clock_gettime(clock, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    /// Empty where it cannot be read. These files are short, and made when they are read.
    private static func read(_ path: String) -> String {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return "" }
        defer { close(file) }
        return String(unsafeUninitializedCapacity: 4_096) { buffer in
            max(0, Glibc.read(file, buffer.baseAddress, buffer.count))
        }
    }
}
