/// Host names by the texts in which flows have them, each with what is known of it: a text is read once, however often it comes.
///
/// Bounded, and no answer depends on what is in it. The texts come from an adversary, who must not be able to choose which of them
/// collide: the hash begins with a number drawn at random.
struct HostNameTable<Value> {
    private struct Entry {
        var text: String
        var hash: UInt64
        /// Places of the host names that the text is, by itself and as an HTTP host field; -1 where it is none.
        var name: Int32 = -1, host: Int32 = -1
        var value: Value
    }
    private let unknown: Value
    private var entries: [Entry] = []
    /// Open addressing, linear probing: a place in `entries`, counted from 1; 0 is free.
    private var slots = [Int32](repeating: 0, count: 64)
    private let seed = UInt64.random(in: .min ... .max)
    /// Texts kept; what one flow adds may go beyond it.
    private static var limit: Int { 4096 }
    /// A name and a port; what is longer is not kept.
    private static var longest: Int { HostName.longest + 8 }

    /// `unknown`: what is known of a name that has just come.
    init(unknown: Value) { self.unknown = unknown }

    /// Empties a full table. Until the next call, places of names stay what they are.
    mutating func makeRoom() {
        guard entries.count >= Self.limit else { return }
        entries.removeAll(keepingCapacity: true)
        slots = [Int32](repeating: 0, count: slots.count)
    }

    subscript(place: Int) -> Value {
        _read { yield entries[place].value }
        _modify { yield &entries[place].value }
    }

    /// The canonical name at a place that `find` gave.
    func text(_ place: Int) -> String { entries[place].text }

    /// The place of the host name that `text` is, in whatever spelling; nil where it is none. Of an HTTP host field (`isHost`) the port
    /// is passed over.
    mutating func find(_ text: String, isHost: Bool) -> Int? {
        let hash = hash(text)
        var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
        while slots[slot] != 0 {
            let place = Int(slots[slot]) - 1
            if entries[place].hash == hash, entries[place].text == text {
                let found = isHost ? entries[place].host : entries[place].name
                return found >= 0 ? Int(found) : nil
            }
            slot = (slot + 1) & (slots.count - 1)
        }
        guard text.utf8.count <= Self.longest else {
            return (isHost ? DestinationClassifier.hostName(text) : HostName.canonical(text)).flatMap { find($0, isHost: false) }
        }
        let place = add(text, hash), found = isHost ? entries[place].host : entries[place].name
        return found >= 0 ? Int(found) : nil
    }

    private func hash(_ text: String) -> UInt64 {
        let octets = text.utf8Span.span
        var hash = seed
        for index in octets.indices { hash = SuffixHash.step(hash, octets[index]) }
        return SuffixHash.finish(hash)
    }

    @inline(never)
    private mutating func add(_ text: String, _ hash: UInt64) -> Int {
        let place = entries.count
        entries.append(Entry(text: text, hash: hash, value: unknown))
        if 2 * entries.count > slots.count { growSlots() } else { occupy(hash, place) }
        let name = HostName.canonical(text)
        if let name {
            let own = name == text ? place : find(name, isHost: false) ?? -1
            (entries[place].name, entries[place].host) = (Int32(own), Int32(own))
        } else if let host = DestinationClassifier.hostName(text) {
            entries[place].host = Int32(find(host, isHost: false) ?? -1)
        }
        return place
    }

    private mutating func growSlots() {
        slots = [Int32](repeating: 0, count: 2 * slots.count)
        for place in entries.indices { occupy(entries[place].hash, place) }
    }

    private mutating func occupy(_ hash: UInt64, _ place: Int) {
        var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
        while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
        slots[slot] = Int32(place + 1)
    }
}
