import Glibc

/// The terminal of this process while a program paints all of it. It is given back as it was when this ends.
///
/// A key is there at once, without the return key, and none of them is shown; Ctrl-C is a key like others.
final class ScreenTerminal {
    struct Size: Equatable {
        var columns: Int
        var rows: Int
    }

    private let saved: termios
    private let isColourful = Terminal.wantsColours

    /// nil where standard input or output is no terminal.
    init?() {
        var settings = termios()
        guard isatty(STDIN_FILENO) == 1, isatty(STDOUT_FILENO) == 1, tcgetattr(STDIN_FILENO, &settings) == 0 else {
            return nil
        }
        saved = settings
        settings.c_lflag &= ~tcflag_t(ICANON | ECHO | ISIG | IEXTEN)
        // Ctrl-S would hold up the next picture, and with it every key, Ctrl-C too.
        settings.c_iflag &= ~tcflag_t(IXON)
        // A read returns at once, with nothing where no key was pressed.
        withUnsafeMutableBytes(of: &settings.c_cc) { characters in
            characters[Int(VMIN)] = 0
            characters[Int(VTIME)] = 0
        }
        guard tcsetattr(STDIN_FILENO, TCSANOW, &settings) == 0 else { return nil }
        // The other screen; no cursor; no line goes on in the next.
        Descriptor.write("\u{1B}[?1049h\u{1B}[?25l\u{1B}[?7l\u{1B}[2J", to: STDOUT_FILENO)
    }

    deinit {
        Descriptor.write("\u{1B}[?7h\u{1B}[?25h\u{1B}[?1049l", to: STDOUT_FILENO)
        var settings = saved
        tcsetattr(STDIN_FILENO, TCSANOW, &settings)
    }

    /// As it is now; of the kind that every terminal has where it does not say.
    var size: Size {
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else {
            return Size(columns: 80, rows: 24)
        }
        return Size(columns: Int(size.ws_col), rows: Int(size.ws_row))
    }

    /// Keys pressed since the last call; nil where nobody holds the other end any more.
    func keys() -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: 256)
        let count = read(STDIN_FILENO, &bytes, bytes.count)
        if count < 0 { return errno == EINTR || errno == EAGAIN ? [] : nil }
        var state = pollfd(fd: STDOUT_FILENO, events: 0, revents: 0)
        if poll(&state, 1, 0) > 0, state.revents & Int16(POLLHUP | POLLERR | POLLNVAL) != 0 { return nil }
        return Array(bytes.prefix(count))
    }

    func paint(_ lines: [StyledLine]) {
        // From the top left corner. A line is blanked before it is written: behind one that fills it, the cursor stands on
        // its last character still. Between the outer two, terminals that know them show nothing: so nothing flickers.
        let text = lines.map { "\u{1B}[2K" + $0.escaped(inColour: isColourful) }.joined(separator: "\r\n")
        Descriptor.write("\u{1B}[?2026h\u{1B}[H" + text + "\u{1B}[?2026l", to: STDOUT_FILENO)
    }
}
