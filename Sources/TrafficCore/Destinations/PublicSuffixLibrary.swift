import CPublicSuffix

/// The public suffix list as compiled into libpsl: no file is read, so a start pays nothing for it.
/// `psl_latest` would prefer a newer file on disk at the price of reading it at every start.
enum PublicSuffixLibrary {
    /// Octets of the registrable domain at the end of `name`; nil when `name` is a public suffix or has none.
    /// `name` is a canonical host name (`HostName.canonical`): lower case, no NUL.
    static func registrableLength(_ name: String) -> Int? {
        // Safe: psl_builtin() is a constant of the library, never freed and never changed; nil when none is compiled in.
        guard let list = unsafe psl_builtin() else { return nil }
        return unsafe name.withCString { text in
            // Safe: the answer points into `text`, which lives for this closure and ends with NUL.
            guard let domain = unsafe psl_registrable_domain(list, text) else { return nil }
            return unsafe name.utf8.count - (domain - text)
        }
    }

    /// Whether `name` is a suffix below which registries give out names ("com", "co.uk"; the list's ICANN section). Canonical, as above.
    /// One label that the list does not know ("localhost") is one too, unless only what it `mentions` is to be.
    static func isRegistrySuffix(_ name: String, mentions: Bool = false) -> Bool {
        // Safe: as above; the text is only read during the call.
        guard let list = unsafe psl_builtin() else { return false }
        return unsafe name.withCString { unsafe psl_is_public_suffix2(list, $0, mentions ? PSL_TYPE_ICANN | PSL_TYPE_NO_STAR_RULE : PSL_TYPE_ICANN) } != 0
    }

    /// When the compiled-in list was made, seconds since 1970; 0 when libpsl does not say.
    static var builtTime: Int { Int(psl_builtin_file_time()) }
}
