/// An array in pieces of 1,024 elements: growing never moves what is there, and never holds it twice.
///
/// Memory of its own, since every packet reaches its flow through one: an array of arrays would be asked at each change, twice,
/// whether anybody else has it.
@safe struct ChunkedArray<Element>: ~Copyable {
    private typealias Chunk = UnsafeMutablePointer<Element>
    private var chunks: UnsafeMutablePointer<Chunk>
    /// Chunks that there is room for, and chunks that there are.
    private var room = 16
    private var allocated = 0
    private(set) var count = 0

    private static var shift: Int { 10 }
    private static var mask: Int { 1 << shift - 1 }

    init() { unsafe chunks = .allocate(capacity: room) }

    deinit {
        for number in 0..<allocated {
            // Safe: elements are initialized from the first on, without a hole, and each chunk was allocated by `append`.
            let filled = min(1 << Self.shift, count - number << Self.shift)
            unsafe chunks[number].deinitialize(count: filled)
            unsafe chunks[number].deallocate()
        }
        unsafe chunks.deallocate()
    }

    mutating func append(_ element: consuming Element) {
        if count & Self.mask == 0 { addChunk() }
        // Safe: the last chunk has room behind its `count & mask` elements.
        unsafe (chunks[count >> Self.shift] + count & Self.mask).initialize(to: element)
        count += 1
    }

    private mutating func addChunk() {
        if allocated == room {
            let larger = UnsafeMutablePointer<Chunk>.allocate(capacity: 2 * room)
            // Safe: all of the old room is filled, and the new one is twice as large.
            unsafe larger.initialize(from: chunks, count: allocated)
            unsafe chunks.deallocate()
            unsafe chunks = larger
            room *= 2
        }
        unsafe (chunks + allocated).initialize(to: .allocate(capacity: 1 << Self.shift))
        allocated += 1
    }

    subscript(_ index: Int) -> Element {
        @inline(__always) _read {
            precondition(UInt(bitPattern: index) < UInt(bitPattern: count))
            // Safe: every element below `count` is initialized.
            yield unsafe chunks[index >> Self.shift][index & Self.mask]
        }
        @inline(__always) _modify {
            precondition(UInt(bitPattern: index) < UInt(bitPattern: count))
            // Safe: as above; the array is not copyable, so nobody else sees the change.
            yield unsafe &chunks[index >> Self.shift][index & Self.mask]
        }
    }
}
