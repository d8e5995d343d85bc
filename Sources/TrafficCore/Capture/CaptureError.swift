/// Why a capture, or the rest of one, could not be read. The text names the file, the place and the cure.
public struct CaptureError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What kind of failure, and so which exit code (DESIGN.md §5).
    public enum Kind: Sendable {
        /// There is nothing there (66).
        case noInput
        /// The octets are no capture, or damaged; what precedes the damage was read (65).
        case badData
        /// Reading failed (74).
        case inputOutput
        /// Not allowed (77).
        case noPermission
        /// A library or service is missing (69).
        case unavailable
        /// The request itself is wrong, such as a filter that does not compile (64).
        case usage
    }
    public var kind: Kind
    /// Without the program's name: "tiktok.pcap: packet 1042 (offset 0x1f3a0): record length …".
    public var description: String

    public init(_ kind: Kind, _ description: String) { (self.kind, self.description) = (kind, description) }
}

/// "0x1f3a0", for places in files.
func hexadecimal(_ value: Int64) -> String { "0x" + String(value, radix: 16) }
