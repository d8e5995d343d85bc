/// Which names the phone was told for which addresses, so that later flows there have a name.
/// Bounded: two generations, and the older one goes when the newer is full.
struct DNSNameTable: ~Copyable {
    /// An answer as one device got it: another phone's answer for the same address may name another customer of a CDN.
    struct Key: Hashable {
        /// Link-layer address of the device; 0 where the capture has none and is taken to be of one phone.
        var device: UInt64
        var address: IPAddress
    }
    struct Entry {
        var name: String
        /// CNAMEs from the queried name to the address, in order.
        var aliases: [String]
    }

    private var recent: [Key: Int32] = [:]
    private var older: [Key: Int32] = [:]
    private var recentEntries: [Entry] = []
    private var olderEntries: [Entry] = []
    /// Public names of the Encrypted ClientHello configurations that were seen: cover names.
    private var coverNames: Set<String> = []
    private static var coverNameLimit: Int { 4096 }
    /// Answers of one generation.
    private static var limit: Int { 1 << 16 }

    /// Learns the answers of `message`, which `device` received.
    mutating func learn(_ message: DNSMessage, device: UInt64) {
        guard message.isResponse, let name = message.questions.first, !name.isEmpty else { return }
        var aliases: [String] = [], owner = name
        while aliases.count < 16, let alias = message.aliases.first(where: { $0.owner == owner }), !aliases.contains(alias.target) {
            aliases.append(alias.target)
            owner = alias.target
        }
        // Of a name that was not asked about nothing is learnt, as a resolver does (RFC 2181 §5.4.1).
        var addresses: [IPAddress] = []
        for (address, owner) in zip(message.addresses, message.addressOwners) where owner.map({ $0 == name || aliases.contains($0) }) ?? true {
            addresses.append(address)
        }
        for binding in message.bindings {
            addresses += binding.addresses          // hints, which clients use before they have asked for A and AAAA (RFC 9460 §7.3)
            for cover in binding.coverNames where coverNames.count < Self.coverNameLimit { coverNames.insert(cover) }
        }
        guard !addresses.isEmpty else { return }
        if recent.count >= Self.limit || recentEntries.count >= Self.limit {
            (older, olderEntries) = (recent, recentEntries)
            (recent, recentEntries) = ([:], [])
        }
        let index = Int32(recentEntries.count)
        recentEntries.append(Entry(name: name, aliases: aliases))
        for address in addresses { recent[Key(device: device, address: address)] = index }
    }

    /// Whether a server's DNS records name this as the one to put in front of Encrypted ClientHello.
    func isCoverName(_ name: String) -> Bool { coverNames.contains(name) }

    /// A name from a pcapng name resolution block: for every device.
    mutating func learn(_ name: String, for address: IPAddress) {
        guard recent.count < Self.limit else { return }
        recentEntries.append(Entry(name: name, aliases: []))
        recent[Key(device: 0, address: address)] = Int32(recentEntries.count - 1)
    }

    /// The latest name that `device` was told for `address`.
    func find(_ address: IPAddress, device: UInt64) -> Entry? {
        guard !recent.isEmpty || !older.isEmpty else { return nil }
        return lookUp(Key(device: device, address: address)) ?? (device == 0 ? nil : lookUp(Key(device: 0, address: address)))
    }

    private func lookUp(_ key: Key) -> Entry? {
        if let index = recent[key] { return recentEntries[Int(index)] }
        if let index = older[key] { return olderEntries[Int(index)] }
        return nil
    }
}
