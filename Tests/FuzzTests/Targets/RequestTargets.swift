import NIOCore

@testable import MusterServer

/// Readers of heads and of what stands in them.
enum RequestTargets {
    static func heads(_ bytes: [UInt8]) -> String? {
        var head = RequestHead()
        guard head.read(ByteBuffer(bytes: bytes)) else { return nil }
        guard head.length <= bytes.count, head.target.utf8.count == head.targetLength else {
            return "a head is not longer than what came"
        }
        _ = head.bodyLength
        _ = try? CredentialsHeader.read(head)
        return nil
    }

    /// The bytes as the value of each field with credentials, in turn.
    static func credentials(_ bytes: [UInt8]) -> String? {
        for name in ["X-ApiKeys", "X-Cookie", "Cookie", "Authorization"] {
            var head = RequestHead()
            let text = Array("GET / HTTP/1.1\r\n\(name): ".utf8) + bytes + Array("\r\n\r\n".utf8)
            guard head.read(ByteBuffer(bytes: text)) else { continue }
            _ = try? CredentialsHeader.read(head)
            _ = CredentialsHeader.isCookie(head)
        }
        return nil
    }

    static func queries(_ bytes: [UInt8]) -> String? {
        _ = try? PercentEncoding.decode(bytes, plusIsSpace: false)
        guard let items = try? QueryItems(bytes: bytes) else { return nil }
        for name in ["limit", "after", "q", "sort", ""] { _ = items[name] }
        return nil
    }

    static func forwarded(_ bytes: [UInt8]) -> String? {
        let text = String(decoding: bytes, as: UTF8.self)
        let all = ForwardedElement.last(.max, in: text)
        let last = ForwardedElement.last(2, in: text)
        guard last.count == min(2, all.count) else { return "as many as there are, two at most" }
        let same = zip(last, all.suffix(2)).allSatisfy { $0["for"] == $1["for"] }
        return same ? nil : "the last elements are those of all"
    }
}
