/// The TLS library that a connection's originator probably is, told by its JA4: a hint, not a proof.
///
/// Many apps share one library, one library changes its hello with version and settings, and a program can imitate
/// another's hello. What it can say is "this is not the platform's own", or "this came from a browser engine"
/// (docs/clients.md).
public struct ClientLibrary: Sendable, Equatable {
    /// What kind of program mostly uses a library.
    public enum Kind: String, Sendable, CaseIterable {
        /// A browser engine, which apps carry too (WebView, Cronet).
        case browser
        /// A library that an application brings along.
        case app
        /// Mostly command-line programs and script languages.
        case tool
        /// The platform's own library, which apps and system services share.
        case system
    }

    /// Such as "Android Conscrypt"; ends in ", probably" where it is inferred and not known.
    public var name: String
    public var kind: Kind
    /// How this project knows: what was recorded in the lab, in which versions, or what was counted where.
    public var source: String

    public init(name: String, kind: Kind, source: String) { (self.name, self.kind, self.source) = (name, kind, source) }

    /// The library whose hello has this fingerprint; nil when no row is about it, or when `ja4` is no JA4 (lower-case
    /// digits, as ours are).
    ///
    /// Of the first part only transport and TLS version count: server name, ALPN and the numbers of suites and extensions
    /// say what was asked for rather than who asked. A row for exactly these extensions goes before one for any.
    public static func of(ja4: String) -> ClientLibrary? {
        guard let key = Key(ja4) else { return nil }
        return library(key.exact, in: builtInRows) ?? library(key.anyExtensions, in: builtInRows)
    }

    /// The two keys under which a JA4 can be in the table.
    private struct Key {
        var exact: String
        var anyExtensions: String

        /// JA4 is a_b_c with 10, 12 and 12 characters (FoxIO JA4 technical details).
        init?(_ ja4: String) {
            let text = Array(ja4.utf8)
            guard text.count == 36, text[10] == 0x5f, text[23] == 0x5f else { return nil }
            let transportAndVersion = String(decoding: text[..<3], as: UTF8.self) + "*"
            exact = transportAndVersion + String(decoding: text[10...], as: UTF8.self)
            anyExtensions = transportAndVersion + String(decoding: text[10...23], as: UTF8.self) + "*"
        }
    }

    /// The row of `key` in rows of the form of `builtInRows`, the last one when several have it; a line with other than four
    /// columns or an unknown kind is passed over. A phone has some dozen different hellos: reading a hundred lines for each
    /// costs less than a table would at every start.
    static func library(_ key: String, in rows: String) -> ClientLibrary? {
        let octets = rows.utf8Span.span, wanted = key + "\t"
        var found: ClientLibrary?, start = 0
        while start < octets.count {
            let end = octets.firstIndex(of: 0x0a, from: start) ?? octets.count
            defer { start = end + 1 }
            guard octets.extracting(start..<end).hasText(wanted) else { continue }
            let line = String(decoding: octets.extracting(start..<end).copied(), as: UTF8.self)
            let cells = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            guard cells.count == 4, let kind = Kind(rawValue: cells[2]) else { continue }
            found = ClientLibrary(name: cells[1], kind: kind, source: cells[3])
        }
        return found
    }
}
