import Foundation
import Testing

@testable import TrafficCore

@Suite struct RegistrableDomainTests {
    /// Facts that the list's makers publish as its test.
    @Test(arguments: [
        ("COM", nil), ("example.COM", "example.com"), ("WwW.example.COM", "example.com"), (".com", nil), (".example.com", nil),
        ("com", nil), ("a.b.example.com", "example.com"), ("uk.com", nil), ("b.example.uk.com", "example.uk.com"), ("test.ac", "test.ac"),
        ("mm", nil), ("c.mm", nil), ("b.c.mm", "b.c.mm"), ("a.b.c.mm", "b.c.mm"), ("jp", nil), ("www.test.jp", "test.jp"), ("ac.jp", nil),
        ("a.test.ac.jp", "test.ac.jp"), ("kyoto.jp", nil), ("test.kyoto.jp", "test.kyoto.jp"), ("ide.kyoto.jp", nil),
        ("a.b.ide.kyoto.jp", "b.ide.kyoto.jp"), ("c.kobe.jp", nil), ("a.b.c.kobe.jp", "b.c.kobe.jp"), ("www.city.kobe.jp", "city.kobe.jp"),
        ("ck", nil), ("test.ck", nil), ("a.b.test.ck", "b.test.ck"), ("www.ck", "www.ck"), ("www.www.ck", "www.ck"), ("us", nil),
        ("www.test.us", "test.us"), ("ak.us", nil), ("www.test.ak.us", "test.ak.us"), ("k12.ak.us", nil),
        ("www.test.k12.ak.us", "test.k12.ak.us"), ("xn--85x722f.com.cn", "xn--85x722f.com.cn"),
        ("www.xn--85x722f.xn--55qx5d.cn", "xn--85x722f.xn--55qx5d.cn"), ("xn--55qx5d.cn", nil), ("xn--fiqs8s", nil),
        ("www.example.co.uk", "example.co.uk"), ("co.uk", nil), ("a.b.github.io", "b.github.io"), ("www.example.co.uk.", "example.co.uk"),
        ("b.example.example", "example.example"), ("localhost", nil), ("192.0.2.1", nil), ("::1", nil), ("", nil), ("a..com", nil),
    ] as [(String, String?)])
    func published(_ name: String, _ expected: String?) {
        #expect(RegistrableDomain.of(name) == expected)
    }

    @Test("names from the wire, against the list's own text and algorithm") func againstTheText() throws {
        guard let text = try? String(contentsOfFile: "/usr/share/publicsuffix/public_suffix_list.dat", encoding: .utf8) else {
            print("SKIPPED: no public_suffix_list.dat")
            return
        }
        let rules = Set(text.split(separator: "\n").filter { !$0.hasPrefix("//") }.compactMap { $0.split(separator: " ").first.map(String.init) })
        for name in DestinationSamples.namesOnTheWire where name.utf8.allSatisfy({ $0 < 128 }) {
            guard let name = HostName.canonical(name), name.contains(".") else { continue }
            let labels = name.split(separator: ".").map(String.init)
            var suffix = 1    // rule "*"
            for start in labels.indices {
                let length = labels.count - start
                if rules.contains("!" + labels[start...].joined(separator: ".")) {
                    suffix = length - 1
                    break
                }
                let isWild = rules.contains((["*"] + labels[(start + 1)...]).joined(separator: "."))
                if isWild && length > 1 || rules.contains(labels[start...].joined(separator: ".")) { suffix = max(suffix, length) }
            }
            let expected = suffix < labels.count ? labels.suffix(suffix + 1).joined(separator: ".") : nil
            #expect(RegistrableDomain.of(name) == expected, "\(name)")
        }
    }
}
