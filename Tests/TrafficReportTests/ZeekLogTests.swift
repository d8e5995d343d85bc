import TrafficCore
import Testing

@testable import TrafficReport

@Suite struct ZeekLogTests {
    private func log(_ log: ZeekLogs.Log, _ record: FlowRecord, json: Bool = false) -> [String] {
        let logs = ZeekLogs(json: json)
        var buffer: [UInt8] = []
        logs.header(log, into: &buffer)
        logs.append(record, in: log, to: &buffer)
        logs.footer(into: &buffer)
        return String(decoding: buffer, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    @Test("a connection has as many values as fields and types, and Zeek's header around it")
    func connection() {
        let lines = log(.conn, ReportSamples.fullRecord())
        #expect(lines.count == 10 && lines[0] == "#separator \\x09" && lines[4] == "#path\tconn" && lines[9].hasPrefix("#close\t"))
        let fields = lines[6].split(separator: "\t", omittingEmptySubsequences: false), types = lines[7].split(separator: "\t"), row = lines[8].split(separator: "\t", omittingEmptySubsequences: false)
        #expect(fields.count == types.count && fields.count == row.count + 1)
        // What nobody saw is unset.
        #expect(row[(fields.firstIndex(of: "history") ?? 0) - 1] == "-")
        #expect(fields[1...6] == ["ts", "uid", "id.orig_h", "id.orig_p", "id.resp_h", "id.resp_p"])
    }

    @Test("queries with their answers; what would break a row is escaped, as Zeek does")
    func lookups() {
        var record = ReportSamples.fullRecord(), transaction = DNSTransaction()
        (transaction.query, transaction.type, transaction.queryClass) = ("a\tb\\c.example", 1, 1)
        (transaction.responseCode, transaction.flags, transaction.roundTrip) = (3, 0x8180, 1_500_000)
        (transaction.answers, transaction.timesToLive) = (["192.0.2.1", "x,y"], [60, 5])
        record.dnsTransactions = [transaction]
        let row = log(.dns, record)[8].split(separator: "\t", omittingEmptySubsequences: false)
        #expect(row.contains("a\\x09b\\x5cc.example") && row.contains("192.0.2.1,x\\x2cy") && row.contains("60.000000,5.000000"))
        #expect(row.contains("NXDOMAIN") && row.contains("A") && row.contains("C_INTERNET"))
        let object = log(.dns, record, json: true)
        #expect(object.count == 1 && object[0].hasPrefix("{\"ts\":") && object[0].contains(#""TTLs":[60,5]"#) && !object[0].contains("\t"))
    }

    @Test("a text that reads as unset or empty is told apart from it")
    func unset() {
        var record = ReportSamples.fullRecord(), exchange = HTTPExchange()
        (exchange.method, exchange.target, exchange.host) = ("GET", "-", "(empty)")
        record.httpExchanges = [exchange]
        let row = log(.http, record)[8].split(separator: "\t", omittingEmptySubsequences: false)
        #expect(row.contains("\\x2d") && row.contains("\\x28empty)") && row.contains("-"))
    }

    @Test("a flow that has nothing to do with a protocol has no row in its log")
    func nothing() {
        let record = ReportSamples.fullRecord()      // QUIC
        #expect(log(.http, record).count == 9 && log(.ssl, record).count == 9 && log(.quic, record).count == 10)
    }
}
