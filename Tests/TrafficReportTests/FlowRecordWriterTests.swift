import Testing
@testable import TrafficCore
@testable import TrafficReport

@Suite struct FlowRecordWriterTests {
    private func text(_ format: FlowRecordWriter.Format, _ records: [FlowRecord], header: Bool = false) -> String {
        var writer = FlowRecordWriter(format: format, width: 140), octets: [UInt8] = []
        if header { writer.header(into: &octets) }
        for record in records { writer.append(record, to: &octets) }
        return String(decoding: octets, as: UTF8.self)
    }

    /// Keys of the outermost object, in order: every quoted string before a colon at depth 1.
    private func keys(_ line: String) -> [String] {
        var keys: [String] = [], depth = 0, isInString = false, isEscaped = false, current = "", last = ""
        for character in line {
            if isInString {
                if isEscaped { isEscaped = false } else if character == "\\" { isEscaped = true } else if character == "\"" {
                    isInString = false
                    last = current
                    continue
                }
                current.append(character)
            } else {
                switch character {
                case "\"": (isInString, current) = (true, "")
                case "{", "[": depth += 1
                case "}", "]": depth -= 1
                case ":" where depth == 1: keys.append(last)
                default: break
                }
            }
        }
        return keys
    }

    @Test("a record of nothing but addresses") func bare() {
        #expect(text(.ndjson, [ReportSamples.bareRecord()]) == """
            {"flow_id":"0123456789ab-12","capture":"captures/app/run1.pcap","src":"10.0.0.1","sport":5000,"dst":"1.2.3.4","dport":443,"proto":"tcp",\
            "phone":"unknown","first":1594339200.000001,"last":1594339201.500000,"first_frame":12,"last_frame":40,"packets_fwd":3,"packets_rev":2,\
            "bytes_fwd":180,"bytes_rev":120,"payload_fwd":30,"payload_rev":10,"resent_fwd":0,"resent_rev":0,"overlap_conflict_fwd":0,\
            "overlap_conflict_rev":0,"missing_fwd":0,"missing_rev":0,"out_of_order_fwd":0,"out_of_order_rev":0,"duplicate_packets":0,"state":"SF",\
            "alpn":[],"dns_queries":[],"http_hosts":[],"community_id":"1:rF5DhZOQth8Ih5VUNR/IW8jtObw=","attribution":"unattributed",\
            "adus":{"fwd":{},"rev":{}},"display_filter":"((ip.src==10.0.0.1 && ip.dst==1.2.3.4 && tcp.srcport==5000 && tcp.dstport==443) || \
            (ip.src==1.2.3.4 && ip.dst==10.0.0.1 && tcp.srcport==443 && tcp.dstport==5000)) && !icmp && frame.number>=12 && frame.number<=40"}

            """)
    }

    @Test("a record with every field known") func full() {
        let line = text(.ndjson, [ReportSamples.fullRecord()])
        // A hint is for payload of no known protocol; the rest stands in the next test.
        let others = ["phase", "payload_hint", "encrypted_dns", "push"]
        #expect(keys(line) == FlowField.allCases.map(\.name).filter { !others.contains($0) })
        for part in [
            #""vlan":7,"tunnel":"gre","phone":"originator","device":"02:00:00:00:00:01""#,
            #""resent_fwd":1,"resent_rev":2,"overlap_conflict_fwd":3,"overlap_conflict_rev":4,"missing_fwd":5,"missing_rev":6,"out_of_order_fwd":7,"out_of_order_rev":8,"duplicate_packets":9"#,
            #""server_name":"cover.example","destination":"api.example.org","destination_source":"sni","alpn":["h3","h2"],"version":"QUIC v1","ech":true"#,
            #""esni":true,"resumed":true,"certificate":{"subject":"CN=api.example.org,O=Example \\\"A\\\"","issuer":"CN=Root","names":["api.example.org","*.example.org"],"not_before":1577836800,"not_after":1609459200,"self_issued":false,"sha256":"abab"#,
            #""client_library":"Example TLS","client_kind":"app""#, #""cnames":["edge.example.net"],"host_names":["example.org","phone-of-ann"],"software":"Server 1","call":true,"anomalies":["malformed_certificate","missing_octets"],"continues_flow":"0123456789ab-3""#,
            #""user_agent":"Tool/1.0 (Phone; \"Model\")\n","upgrade":"websocket","dns_queries":["a.example","b.example"],"http_hosts":["c.example"]"#,
            #""attribution_confidence":"high","app_uid":10303,"app_package":"org.example","app_name":"Example \"A\"","app_process":"main","app_candidates":["a","b"],"system":"time","system_evidence":"service""#,
            #""owner":"Example \"A\" Ltd","owner_parent":"Example Holding","owner_country":"GB","category":"analytics","party":"third","country":"NL","asn":64500,"place_note":"anycast""#,
            #""adus":{"up":{"event":3,"blob":1},"down":{"batch":2}}"#,
            "((ipv6.src==2001:db8::1 && ipv6.dst==2001:db8::2 && udp.srcport==50000 && udp.dstport==443) || (ipv6.src==2001:db8::2",
        ] { #expect(line.contains(part)) }
        #expect(line.hasSuffix("&& !icmpv6 && frame.number>=12 && frame.number<=40\"}\n"))
    }

    @Test("up is the phone's side") func phoneIsResponder() {
        var record = ReportSamples.fullRecord()
        record.phone = .responder
        #expect(text(.ndjson, [record]).contains(#""adus":{"up":{"batch":2},"down":{"event":3,"blob":1}}"#))
        record.phone = .both
        #expect(text(.ndjson, [record]).contains(#""adus":{"fwd":{"event":3,"blob":1},"rev":{"batch":2}}"#))
    }

    @Test("the longest text that can be escaped fits") func hostileText() {
        var record = ReportSamples.fullRecord()
        let hostile = String(repeating: "\u{1}\"", count: 4000)
        (record.userAgent, record.app, record.serverName, record.alpn) = (hostile, hostile, hostile, [hostile, "", hostile])
        record.capture.name = hostile
        record.destination?.name = hostile
        (record.firstFrame, record.lastFrame, record.first) = (.max, .max, .min)
        record.octets = .init(forward: .max, reverse: .max)
        let line = text(.ndjson, [record])
        #expect(keys(line).count == FlowField.allCases.count - 4)
        #expect(line.utf8.filter { $0 == 0x0a }.count == 1)
    }

    @Test("rows do not depend on the rows before") func rowsAreIndependent() {
        let both = text(.ndjson, [ReportSamples.fullRecord(), ReportSamples.bareRecord()])
        #expect(both == text(.ndjson, [ReportSamples.fullRecord()]) + text(.ndjson, [ReportSamples.bareRecord()]))
    }

    @Test func csvHasTheSameNames() {
        let lines = text(.csv, [ReportSamples.bareRecord()], header: true).split(separator: "\r\n", omittingEmptySubsequences: false)
        #expect(lines[0] == FlowField.allCases.map(\.name).joined(separator: ","))
        #expect(lines[1].split(separator: ",", omittingEmptySubsequences: false).count == FlowField.allCases.count)
        #expect(lines[1].hasPrefix("0123456789ab-12,captures/app/run1.pcap,10.0.0.1,5000,1.2.3.4,443,tcp,,,unknown,,1594339200.000001,1594339201.500000,12,40,"))
        #expect(lines.count == 3 && lines[2].isEmpty)
    }

    @Test func csvListsAndSizes() {
        let text = text(.csv, [ReportSamples.fullRecord()])
        #expect(text.contains(",h3 h2,QUIC v1,true,true,true,\"CN=api.example.org,O=Example \\\"\"A\\\"\"\",aa,bb,q13d0310h3_x_y,Example TLS,app,\"Tool/1.0 (Phone; \"\"Model\"\")\n\",websocket,a.example b.example,c.example,edge.example.net,example.org phone-of-ann,Server 1,,true,,,malformed_certificate missing_octets,0123456789ab-3,"))
        #expect(text.contains(",NL,64500,anycast,,up.event=3 up.blob=1 down.batch=2,"))
    }

    @Test func tableEscapesAndCuts() {
        var record = ReportSamples.fullRecord()
        record.destination?.name = "\u{1b}]0;x\u{7}" + String(repeating: "y", count: 300)
        let lines = text(.table, [record], header: true).split(separator: "\n")
        #expect(lines.count == 2)
        #expect(lines.allSatisfy { Terminal.width(String($0)) <= 140 })
        #expect(lines[1].contains("\\u{1b}]0;x\\u{7}yyy") && lines[1].contains("…"))
        #expect(lines[1].contains("30 B") && lines[1].contains("1.50 s"))
    }
}
