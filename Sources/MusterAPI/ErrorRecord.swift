import TextBytes
public import WireJSON

/// What went wrong, in the native API: `{"error":{"code":...,"message":...,"field":...,"rule":...}}`.
public struct ErrorRecord: Sendable, Equatable {
    /// `code`: a stable name, `noun.reason`, of `docs/errors.md`; a newer server may know more of them.
    public var code: String
    /// `message`: one sentence or two for people.
    public var message: String
    /// `field`: the member or parameter at fault; nil if there is none.
    public var field: String?
    /// `rule`: what is wrong with it, for whoever calls it something else: the message without its name at the beginning;
    /// nil if the message does not begin with it.
    public var rule: String?

    /// Builds a record.
    public init(code: String, message: String, field: String? = nil, rule: String? = nil) {
        self.code = code
        self.message = message
        self.field = field
        self.rule = rule
    }

    /// Writes the body of an answer.
    public func write(to json: inout JSONWriter) {
        json.object { writeMember(to: &$0) }
    }

    /// Writes the member `error` into an object that says more, such as a line of an import's answer.
    public func writeMember(to json: inout JSONWriter) {
        json.name("error")
        json.object { json in
            json.member("code", code)
            json.member("message", message)
            if let field { json.member("field", field) }
            if let rule { json.member("rule", rule) }
        }
    }

    /// Reads the member `error` of a body; nil if there is none, or it is something else.
    ///
    /// Members of it that are not known are passed over. Texts of more than 4,096 bytes count as none.
    public init?(in object: JSONObject) {
        guard case .object(let error)? = object["error"],
            let code = ErrorRecord.text(error["code"], upTo: TextLimit.word),
            let message = ErrorRecord.text(error["message"], upTo: TextLimit.answer)
        else { return nil }
        self.init(
            code: code,
            message: message,
            field: ErrorRecord.text(error["field"], upTo: TextLimit.word),
            rule: ErrorRecord.text(error["rule"], upTo: TextLimit.answer)
        )
    }

    private static func text(_ value: JSONValue?, upTo limit: Int) -> String? {
        guard case .string(let text)? = value, text.utf8.count <= limit else { return nil }
        return text
    }
}
