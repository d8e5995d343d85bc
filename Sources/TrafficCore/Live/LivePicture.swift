/// A live capture as it stands at one moment: as if it ended then, with the flows that are still open.
public struct LivePicture: Sendable {
    /// When it was taken, nanoseconds since 1970.
    public var time: Int64
    /// The account of every packet so far; which device is the phone, as far as can be told.
    public var overview: CaptureOverview
    /// Finished: apps, destinations, ledger.
    public var summary: InspectionSummary
    public var openFlows: Int
    /// Packets analysed, and their octets on the wire.
    public var packets: Int
    public var octets: Int
    /// What the kernel counted, with the packets that it lost.
    public var counted: InterfaceStatistics
    /// Packets that the analysis was too slow for.
    public var dropped: Int
    /// Where it is written.
    public var files: [String]
    public var markers: [Marker]
    let builder: CaptureProfileBuilder
    let timeline: PhaseTimeline

    /// The profile that the capture has by now.
    public func outcome() -> CaptureProfileBuilder.Outcome {
        var copy = builder
        return copy.finish(overview: overview, timeline: timeline)
    }

    /// One app's destination.
    public struct Contact: Sendable {
        public var app: AppSummary
        public var destination: DestinationSummary
    }

    /// Destinations, those first that appeared last; of two at the same time the one with the larger name.
    public func newest(_ count: Int) -> [Contact] {
        var all: [Contact] = []
        for app in summary.apps { for destination in app.destinations where !destination.isOthers { all.append(Contact(app: app, destination: destination)) } }
        all.sort { a, b in
            (a.destination.sum.first ?? .min, b.destination.name) > (b.destination.sum.first ?? .min, a.destination.name)
        }
        return Array(all.prefix(count))
    }

    /// Packets that the kernel or the interface lost.
    public var lostBySystem: Int { Int(clamping: (counted.lostBySystem ?? 0) &+ (counted.lostByInterface ?? 0)) }
}
