import MusterCore
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
            let found = try? CredentialsHeader.read(head)
            if CredentialsHeader.isCookie(head), found.flatMap(token) == nil {
                return "a cookie has the token of a session"
            }
            if let found, let promise = broken(by: found) { return promise }
        }
        return nil
    }

    private static func token(_ credentials: Credentials) -> String? {
        guard case .session(let token) = credentials else { return nil }
        return token.withExposedValue { $0 }
    }

    private static func broken(by credentials: Credentials) -> String? {
        let forms: [String]
        switch credentials {
        case .apiKeys(let access, let secret):
            let text = secret.withExposedValue { $0 }
            guard Hex.isHex(access, count: 64), !text.isEmpty, !text.utf8.contains(0x3B) else {
                return "keys are what keys may be"
            }
            forms = ["X-ApiKeys: accessKey=\(access);secretKey=\(text)"]
        case .session(let token):
            let text = token.withExposedValue { $0 }
            // A bearer's token may have a semicolon, one in a cookie may have a space.
            forms = ["Authorization: Bearer \(text)", "X-Cookie: token=\(text)"]
        case .consoleSession: return "a console's session is in a cookie that is not read here"
        }
        let heads = forms.compactMap { form -> RequestHead? in
            var head = RequestHead()
            let text = "GET / HTTP/1.1\r\n\(form)\r\n\r\n"
            return head.read(ByteBuffer(bytes: Array(text.utf8))) ? head : nil
        }
        let isSame = heads.contains { head in
            switch (credentials, try? CredentialsHeader.read(head)) {
            case (.apiKeys(let access, let secret), .apiKeys(let other, let otherSecret)?):
                access == other
                    && secret.withExposedValue { $0 } == otherSecret.withExposedValue { $0 }
            case (.session(let token), .session(let other)?):
                token.withExposedValue { $0 } == other.withExposedValue { $0 }
            default: false
            }
        }
        return isSame ? nil : "credentials are read from their plainest form"
    }

    static func queries(_ bytes: [UInt8]) -> String? {
        if let part = try? PercentEncoding.decode(bytes, plusIsSpace: false),
            (try? PercentEncoding.decode(Array(escaped(part).utf8), plusIsSpace: false)) != part
        {
            return "a part of a path is read from its escapes"
        }
        guard let items = try? QueryItems(bytes: bytes) else { return nil }
        let pairs = items.pairs
        guard pairs.count <= QueryItems.most,
            pairs.allSatisfy({
                max($0.name.utf8.count, $0.value.utf8.count) <= TextLimit.parameter
            })
        else { return "names are few, and names and values short" }
        for pair in pairs {
            let first = pairs.first { $0.name.hasSameBytes(as: pair.name) }?.value
            guard items[pair.name]?.hasSameBytes(as: first ?? "") == true else {
                return "of a name that stands twice the first value counts"
            }
        }
        let form = pairs.map { "\(escaped($0.name))=\(escaped($0.value))" }.joined(separator: "&")
        guard let again = try? QueryItems(bytes: Array(form.utf8)) else {
            return "a query is read from its escapes"
        }
        let isSame = again.pairs.elementsEqual(pairs) { left, right in
            left.name.hasSameBytes(as: right.name) && left.value.hasSameBytes(as: right.value)
        }
        return isSame ? nil : "a query is read from its escapes"
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
