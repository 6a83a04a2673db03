import NIOCore
import TextBytes

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

    /// The bytes as a form of a sign-in, which may carry another form, and as a form that has lost its session itself.
    static func keptForms(_ bytes: [UInt8]) -> String? {
        guard let items = try? QueryItems(bytes: bytes) else { return nil }
        for path in ["/admin/users/new", "//elsewhere", "/account/\u{E9}"] {
            guard let kept = KeptForm(path: path, items) else { continue }
            if let promise = broken(by: kept) { return promise }
        }
        guard let kept = KeptForm(carriedBy: items) else { return nil }
        return broken(by: kept)
    }

    private static func broken(by kept: KeptForm) -> String? {
        guard NextPath.isOwn(kept.path), NextPath.read(kept.path).hasSameBytes(as: kept.path) else {
            return "a form that is kept leads to a page of the console"
        }
        let secrets = ["password", "current_password", "token", "once", "code", "secret", "uri"]
        let names = kept.values.map(\.name)
        guard !names.contains(where: { name in secrets.contains { $0.hasSameBytes(as: name) } })
        else {
            return "no secret is kept"
        }
        let form = kept.carried.map { "\($0.name)=\(escaped($0.value))" }.joined(separator: "&")
        // A form that is too long to be carried is not carried at all.
        guard let items = try? QueryItems(bytes: Array(form.utf8), upTo: .max),
            let again = KeptForm(carriedBy: items)
        else { return nil }
        let isSame =
            again.path.hasSameBytes(as: kept.path) && again.passwords == kept.passwords
            && again.values.elementsEqual(kept.values) { left, right in
                left.name.hasSameBytes(as: right.name) && left.value.hasSameBytes(as: right.value)
            }
        return isSame ? nil : "what is carried is the same again"
    }

    /// A text with every byte escaped.
    private static func escaped(_ text: String) -> String {
        text.utf8.map { "%" + ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
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
