import TextBytes
public import WireJSON

/// The body of every failure: `{"error":{"type":...,"code":...,"message":...,"field":...}}`.
public struct ErrorRecord: Sendable, Equatable {
    /// `type`.
    public var kind: ErrorKind
    /// `code`: a stable name in snake case.
    public var code: String
    /// `message`.
    public var message: String
    /// `field`, where one is at fault.
    public var field: String?
    /// `reason`, where a session is over.
    public var reason: String?

    /// Builds a record.
    public init(
        kind: ErrorKind,
        code: String,
        message: String,
        field: String? = nil,
        reason: String? = nil
    ) {
        self.kind = kind
        self.code = code
        self.message = message
        self.field = field
        self.reason = reason
    }

    /// Writes the body.
    public func write(to json: inout JSONWriter) {
        json.object { json in
            json.name("error")
            json.object { json in
                json.member("type", kind.rawValue)
                json.member("code", code)
                json.member("message", message)
                if let field { json.member("field", field) }
                if let reason { json.member("reason", reason) }
            }
        }
    }

    /// Reads a body; nil if it is something else.
    public init?(_ value: JSONValue) {
        guard case .object(let outer) = value, case .object(let inner)? = outer["error"],
            let type = inner["type"]?.text, type.utf8.count <= TextLimit.word,
            let kind = ErrorKind(rawValue: type)
        else { return nil }
        self.init(
            kind: kind,
            code: inner["code"]?.text ?? "",
            message: inner["message"]?.text ?? "",
            field: inner["field"]?.text,
            reason: inner["reason"]?.text
        )
    }
}

extension JSONValue {
    /// The text of a string of an answer; nil for anything else, and for one that is too long.
    var text: String? { text(upTo: TextLimit.answer) }

    /// The text of a string of at most so many bytes; nil for anything else.
    func text(upTo limit: Int) -> String? {
        guard case .string(let text) = self, text.utf8.count <= limit else { return nil }
        return text
    }
}
