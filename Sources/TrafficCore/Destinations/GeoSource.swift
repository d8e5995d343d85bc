/// Which fact of a geographic database an index holds.
enum GeoField: String, Sendable {
    case country, system

    /// How the names of its indexes begin.
    var indexPrefix: String { self == .country ? "geoip-" : "asn-" }
}

/// A file of geographic data that the user has: text of tor-geoipdb, a MaxMind DB, or a database of libloc. Which of them
/// it is, its content says.
public struct GeoSource: Hashable, Sendable {
    public var path: String
    /// The IPv6 half where `path` is the IPv4 half of tor's text; otherwise no such file is there.
    public var companion: String

    /// `path` is a file, or a folder with `geoip` and `geoip6`. What stands beside a file under the same name with a 6
    /// behind it is its IPv6 half.
    public init(path: String) {
        self.path = GeoIndexLibrary.isFolder(path) ? (path.hasSuffix("/") ? path : path + "/") + "geoip" : path
        companion = self.path + "6"
    }

    /// Text of Debian's package tor-geoipdb: countries.
    public static let tor = GeoSource(path: "/usr/share/tor/geoip")
    /// Debian's package libloc-database: countries, autonomous systems, anycast networks.
    public static let libloc = GeoSource(path: "/usr/share/libloc-location/location.db")

    /// Where `GeoDatabase.install` puts a database, below the user's data folder.
    static func installed(_ field: GeoField, dataFolder: String) -> GeoSource {
        GeoSource(path: dataFolder + "/geo/" + (field == .country ? "country" : "asn"))
    }

    var exists: Bool { GeoIndexLibrary.stamp(path) != nil || GeoIndexLibrary.stamp(companion) != nil }
}

/// What a report says of the geographic data it used.
public struct GeoDescription: Hashable, Sendable {
    /// The files read, joined by ", "; "" when there is none.
    public var path = ""
    /// Day on which the data was made, as the data says, such as "2026-06-25".
    public var date: String?
    /// As the data says; nil when it does not (a MaxMind DB has no place for it).
    public var licence: String?
    /// What the data calls itself, such as "GeoLite2-Country" or "IPFire Project"; nil when it does not.
    public var edition: String?
    /// Address ranges with an answer, a country or AS; of tor's text its lines, `??` as well.
    public var rows = 0
    /// What is wrong, in words, with the file and the place: no file, malformed lines, a broken tree. nil when nothing is.
    public var problem: String?

    public init() {}

    /// One line for reports: path, edition, licence.
    public var summary: String {
        path + (edition.map { ", " + $0 } ?? "") + ", " + (licence ?? "licence not stated")
    }

    /// The fields as one text, and back: an index says where it comes from.
    var note: [String] { [path, date ?? "", licence ?? "", edition ?? "", String(rows), problem ?? ""] }

    init?(note fields: ArraySlice<String>) {
        let fields = Array(fields)
        guard fields.count == 6 else { return nil }
        func known(_ text: String) -> String? { text.isEmpty ? nil : text }
        (path, date, licence, edition) = (fields[0], known(fields[1]), known(fields[2]), known(fields[3]))
        (rows, problem) = (Int(fields[4]) ?? 0, known(fields[5]))
    }
}

/// Why a file of geographic data was refused, with the place, and what to do.
struct GeoFileError: Error, Hashable {
    /// Without the file's name, such as "octet 40: the search tree is deeper than an address has bits".
    var reason: String

    init(_ reason: String) { self.reason = reason }

    init(octet: Int, _ reason: String) { self.reason = "octet \(octet): " + reason }
}

/// The formats of geographic data, told by content.
public enum GeoFormat: String, Sendable {
    case torText = "text of tor-geoipdb"
    case maxMind = "MaxMind DB"
    case location = "libloc database"

    /// nil: neither a MaxMind DB nor of libloc. Text is known only by reading its lines.
    init?(_ octets: [UInt8]) {
        if octets.starts(with: LocationFile.magic) {
            self = .location
        } else if MaxMindFile.metadataStart(octets) != nil {
            self = .maxMind
        } else {
            return nil
        }
    }
}
