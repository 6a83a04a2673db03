import ClientTransport
import NIOCore
import NIOHTTP1
public import WireJSON

/// One answer of a server.
public struct TenableAnswer: Sendable {
    private let answer: Answer

    init(_ answer: Answer) {
        self.answer = answer
    }

    /// The status.
    public var status: Int { answer.status }

    /// The body, byte for byte.
    public var body: [UInt8] { Array(answer.body.readableBytesView) }

    /// The body, where it is JSON; nil for any other, an empty one among them.
    public var json: JSONValue? { answer.json }

    /// The number under which the server keeps the request in its log, from `X-Request-Uuid`.
    public var requestID: String? { answer.requestID }

    /// How long the server asks to wait, where it says so in seconds.
    public var retryAfter: Duration? { answer.retryAfter }

    /// The value of a header field, the first where there are several; the name in any case.
    public func field(_ name: String) -> String? {
        answer.fields.first(name: name)
    }
}

extension TenableAnswer: CustomStringConvertible, CustomReflectable {
    /// The status, never the body, which may hold new keys.
    public var description: String { "TenableAnswer(\(status))" }

    /// A mirror of what the description says.
    public var customMirror: Mirror { Mirror(self, children: ["status": status]) }
}
