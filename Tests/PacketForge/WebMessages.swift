extension Forge {
    /// An HTTP/1.1 request (RFC 9112 §3) with the fields in order.
    public static func httpRequest(
        _ method: String = "GET", _ target: String = "/", host: String? = "example.com", fields: [(String, String)] = [], body: [UInt8] = []
    ) -> [UInt8] {
        var text = "\(method) \(target) HTTP/1.1\r\n"
        if let host { text += "Host: \(host)\r\n" }
        for (name, value) in fields { text += "\(name): \(value)\r\n" }
        if !body.isEmpty { text += "Content-Length: \(body.count)\r\n" }
        return Array((text + "\r\n").utf8) + body
    }

    /// An HTTP/1.1 response; `chunks` sends the body in these pieces (RFC 9112 §7.1), else Content-Length frames it.
    public static func httpResponse(
        _ status: Int = 200, type: String? = "text/html", body: [UInt8] = [], chunks: [[UInt8]]? = nil, fields: [(String, String)] = []
    ) -> [UInt8] {
        var text = "HTTP/1.1 \(status) Reason\r\n"
        if let type { text += "Content-Type: \(type)\r\n" }
        for (name, value) in fields { text += "\(name): \(value)\r\n" }
        guard let chunks else { return Array((text + "Content-Length: \(body.count)\r\n\r\n").utf8) + body }
        var octets = Array((text + "Transfer-Encoding: chunked\r\n\r\n").utf8)
        for chunk in chunks { octets += Array("\(String(chunk.count, radix: 16));name=value\r\n".utf8) + chunk + [13, 10] }
        return octets + Array("0\r\nTrailer: yes\r\n\r\n".utf8)
    }
}
