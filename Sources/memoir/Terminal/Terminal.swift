import Glibc

/// What is known of the person at the other end.
enum Terminal {
    /// Whether somebody can be asked.
    static var canAsk: Bool { isatty(STDIN_FILENO) == 1 }

    /// Whether colours are wanted. Source: no-color.org.
    static var wantsColours: Bool { (getenv("NO_COLOR").map { $0.pointee } ?? 0) == 0 }

    /// Columns of standard output; nil where it is no terminal.
    static var width: Int? { width(of: STDOUT_FILENO) }

    /// Of standard output; nil where it is no terminal.
    static var window: ScreenTerminal.Size? {
        size(of: STDOUT_FILENO).map { ScreenTerminal.Size(columns: Int($0.ws_col), rows: Int($0.ws_row)) }
    }

    /// Columns of standard error; nil where it is no terminal.
    static var errorWidth: Int? { width(of: STDERR_FILENO) }

    private static func width(of descriptor: Int32) -> Int? { size(of: descriptor).map { Int($0.ws_col) } }

    private static func size(of descriptor: Int32) -> winsize? {
        var size = winsize()
        guard isatty(descriptor) == 1, ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else {
            return nil
        }
        return size
    }

    /// Text that cannot steer a terminal: control characters, line ends among them unless allowed, become spaces.
    static func harmless(_ text: String, allowingLineEnds: Bool = false) -> String {
        let scalars = text.unicodeScalars.map { scalar -> Unicode.Scalar in
            if allowingLineEnds, scalar == "\n" || scalar == "\t" { return scalar }
            let isControl = scalar.properties.generalCategory == .control
            return isControl || scalar == "\u{2028}" || scalar == "\u{2029}" ? " " : scalar
        }
        var harmless = String.UnicodeScalarView()
        harmless.append(contentsOf: scalars)
        return String(harmless)
    }
}
