/// The part of a host name that somebody registered, by the public suffix list (publicsuffix.org, private section
/// included): www.example.co.uk → example.co.uk, a.b.github.io → b.github.io.
public enum RegistrableDomain {
    /// The registrable domain of `name`; nil for an address, a public suffix itself, one label and what is no host name.
    /// Letter case and a trailing dot do not matter; names of other scripts are expected in punycode.
    public static func of(_ name: String) -> String? {
        guard let name = HostName.canonical(name), name.utf8.contains(0x2e),
            let length = PublicSuffixLibrary.registrableLength(name)
        else { return nil }
        if length == name.utf8.count { return name }
        guard (1..<name.utf8.count).contains(length) else { return nil }
        return String(decoding: name.utf8.suffix(length), as: UTF8.self)
    }

    /// When the list was made, seconds since 1970; nil when libpsl does not say.
    public static var listTime: Int? { PublicSuffixLibrary.builtTime > 0 ? PublicSuffixLibrary.builtTime : nil }
}
