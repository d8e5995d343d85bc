/// An array in pieces of 1,024 elements: growing never moves what is there, and never holds it twice.
struct ChunkedArray<Element>: ~Copyable {
    private var chunks: [[Element]] = []
    private(set) var count = 0

    private static var shift: Int { 10 }
    private static var mask: Int { 1 << shift - 1 }

    mutating func append(_ element: consuming Element) {
        if count & Self.mask == 0 {
            var chunk: [Element] = []
            chunk.reserveCapacity(1 << Self.shift)
            chunks.append(chunk)
        }
        chunks[count >> Self.shift].append(element)
        count += 1
    }

    subscript(_ index: Int) -> Element {
        @inline(__always) get { chunks[index >> Self.shift][index & Self.mask] }
        @inline(__always) _modify { yield &chunks[index >> Self.shift][index & Self.mask] }
    }
}
