import CPcap

/// A BPF filter (pcap-filter(7)), compiled and run by libpcap for each link type that the capture has.
public struct PacketFilter: ~Copyable {
    private let expression: String
    private var programs: [UInt16: FilterProgram?] = [:]

    /// - Throws: `CaptureError` of kind `.usage` with libpcap's words when the expression is a filter neither for
    ///   Ethernet nor for raw IP, the two that a user has in mind.
    public init(_ expression: String) throws(CaptureError) {
        self.expression = expression
        do throws(FilterProgram.Refusal) {
            _ = try FilterProgram(expression, link: LinkType.ethernet.rawValue)
        } catch {
            do throws(FilterProgram.Refusal) { _ = try FilterProgram(expression, link: LinkType.raw.rawValue) } catch {
                throw CaptureError(.usage, "filter \"\(expression)\": \(error.text); see pcap-filter(7)")
            }
        }
    }

    /// Whether the filter lets the packet through. An expression that means nothing on the packet's link type refuses it.
    public mutating func accepts(_ view: borrowing PacketView, link: LinkType) -> Bool {
        if let known = programs[link.rawValue] { return known?.accepts(view) ?? false }
        let program = try? FilterProgram(expression, link: link.rawValue)
        programs[link.rawValue] = .some(program)
        return program?.accepts(view) ?? false
    }
}

/// One compiled program and its memory.
@safe private final class FilterProgram {
    struct Refusal: Error { var text: String }
    private let program: UnsafeMutablePointer<bpf_program>

    init(_ expression: String, link: UInt16) throws(Refusal) {
        // LINKTYPE_ numbers are DLT_ numbers but for raw IP, which is 12 to libpcap on Linux.
        guard let handle = unsafe pcap_open_dead(link == 101 ? 12 : CInt(link), 262_144) else {
            throw Refusal(text: "libpcap gave no handle")
        }
        defer { unsafe pcap_close(handle) }
        let program = UnsafeMutablePointer<bpf_program>.allocate(capacity: 1)
        unsafe program.initialize(to: bpf_program())
        // Safe: the program is initialised; its code is owned by it until pcap_freecode.
        guard unsafe pcap_compile(handle, program, expression, 1, 0xffff_ffff) == 0 else {
            let text = unsafe String(cString: pcap_geterr(handle))
            unsafe program.deallocate()
            throw Refusal(text: text)
        }
        unsafe self.program = program
    }

    deinit {
        unsafe pcap_freecode(program)
        unsafe program.deallocate()
    }

    func accepts(_ view: borrowing PacketView) -> Bool {
        var header = pcap_pkthdr()
        header.caplen = UInt32(clamping: view.octets.count)
        header.len = UInt32(clamping: view.record.wireLength)
        // Safe: libpcap reads at most `caplen` octets of the span, which lives through the call.
        return unsafe view.octets.withUnsafeBufferPointer { unsafe pcap_offline_filter(program, &header, $0.baseAddress) != 0 }
    }
}

/// The capture library as it is installed.
public enum CaptureLibrary {
    /// "libpcap version 1.10.3 (with TPACKET_V3)".
    // Safe: libpcap returns a static C string.
    public static var version: String { unsafe String(cString: pcap_lib_version()) }
}
