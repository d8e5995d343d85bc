import Glibc

/// The terminal that a live capture is watched on: keys come one by one, the screen is redrawn whole. What was on it before comes back.
final class TerminalScreen {
    private let before: termios
    private var isOpen = true
    private var shown: [String] = []

    /// nil where standard input or output is no terminal.
    init?() {
        guard isatty(STDIN_FILENO) == 1, isatty(STDOUT_FILENO) == 1 else { return nil }
        var settings = termios()
        guard unsafe tcgetattr(STDIN_FILENO, &settings) == 0 else { return nil }
        before = settings
        settings.c_lflag &= ~tcflag_t(ICANON | ECHO)
        // Safe: the control characters are an array of NCCS octets in C; the places are the system's own. Suspended or ended by a key,
        // nobody would give the terminal back: Ctrl-C and Ctrl-\\ are keys.
        unsafe withUnsafeMutableBytes(of: &settings.c_cc) { places in
            for key in [VSUSP, VINTR, VQUIT] { unsafe places[Int(key)] = 0 }
            unsafe places[Int(VMIN)] = 0
            unsafe places[Int(VTIME)] = 0
        }
        guard unsafe tcsetattr(STDIN_FILENO, TCSAFLUSH, &settings) == 0 else { return nil }
        SystemCalls.writeStandardOutput("\u{1b}[?1049h\u{1b}[?25l")       // the other screen, no cursor
    }

    deinit { close() }

    /// Gives the terminal back as it was.
    func close() {
        guard isOpen else { return }
        isOpen = false
        SystemCalls.writeStandardOutput("\u{1b}[?25h\u{1b}[?1049l")
        var settings = before
        _ = unsafe tcsetattr(STDIN_FILENO, TCSAFLUSH, &settings)
    }

    /// Columns and lines.
    var size: (width: Int, height: Int) {
        var size = winsize()
        // Safe: the request fills a winsize.
        guard unsafe ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else { return (80, 24) }
        return (Int(size.ws_col), Int(size.ws_row))
    }

    /// Shows `lines` from the top; only lines that changed are written.
    func show(_ lines: [String]) {
        var text = lines.count == shown.count ? "" : "\u{1b}[2J"
        for (index, line) in lines.enumerated() where lines.count != shown.count || shown[index] != line {
            text += "\u{1b}[\(index + 1);1H" + line + "\u{1b}[K"
        }
        shown = lines
        if !text.isEmpty { SystemCalls.writeStandardOutput(text) }
    }

    /// What was typed within `milliseconds`; nil when the terminal is gone.
    func keys(milliseconds: CInt) -> [UInt8]? {
        var waiting = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
        // Safe: one entry, which lives through the call.
        guard unsafe poll(&waiting, 1, milliseconds) > 0 else { return [] }
        var typed = [UInt8](repeating: 0, count: 64)
        let count = unsafe read(STDIN_FILENO, &typed, typed.count)
        return count > 0 ? Array(typed.prefix(count)) : count < 0 && errno == EINTR ? [] : nil
    }
}
