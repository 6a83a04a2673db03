import TextBytes
public import WireJSON

/// The two shapes in which the service tells of a failure.
public enum ErrorEnvelope: Sendable, Equatable {
    /// `{"statusCode":404,"error":"Not Found","message":"Not Found"}`, and the names of bad fields.
    case gateway(status: Int, reason: String, message: String, fields: [String])
    /// `{"error":"<sentence>"}`
    case backEnd(String)

    /// Writes the body.
    ///
    /// - Parameters:
    ///   - json: Where to.
    ///   - more: Writes members that stand after the envelope's own.
    public func write(to json: inout JSONWriter, more: (inout JSONWriter) -> Void = { _ in }) {
        json.object { json in
            defer { more(&json) }
            switch self {
            case .gateway(let status, let reason, let message, let fields):
                json.member("statusCode", status)
                json.member("error", reason)
                json.member("message", message)
                guard !fields.isEmpty else { return }
                json.name("validation")
                json.object { json in
                    json.member("source", "payload")
                    json.name("keys")
                    json.array { json in
                        for field in fields { json.string(field) }
                    }
                }
            case .backEnd(let sentence):
                json.member("error", sentence)
            }
        }
    }
}

extension ErrorEnvelope {
    /// Reads a body; nil if it is neither shape.
    ///
    /// `{"status":429,"message":"..."}`, which the service uses for limits on exports, counts as the gateway's.
    /// Texts that are too long are cut.
    public init?(_ value: JSONValue) {
        guard case .object(let object) = value else { return nil }
        let error: String? =
            if case .string(let text)? = object["error"] { text.head(TextLimit.answer) } else {
                nil
            }
        guard case .string(let message)? = object["message"] else {
            guard let error else { return nil }
            self = .backEnd(error)
            return
        }
        var status = 0
        if case .integer(let number)? = object["statusCode"] ?? object["status"] {
            status = Int(clamping: number)
        }
        var fields: [String] = []
        if case .object(let validation)? = object["validation"],
            case .array(let keys)? = validation["keys"]
        {
            fields = keys.compactMap { key in
                if case .string(let name) = key { name.head(TextLimit.memberName) } else { nil }
            }
        }
        self = .gateway(
            status: status,
            reason: error ?? "",
            message: message.head(TextLimit.answer),
            fields: fields
        )
    }

    /// The sentence for people.
    public var message: String {
        switch self {
        case .gateway(_, _, let message, _): message
        case .backEnd(let sentence): sentence
        }
    }

    /// The members of the request's body at fault.
    public var fields: [String] {
        switch self {
        case .gateway(_, _, _, let fields): fields
        case .backEnd: []
        }
    }
}
