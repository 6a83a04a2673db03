public import WireJSON

/// The two shapes in which the service tells of a failure.
public enum ErrorEnvelope: Sendable, Equatable {
    /// `{"statusCode":404,"error":"Not Found","message":"Not Found"}`, and the names of bad fields.
    case gateway(status: Int, reason: String, message: String, fields: [String])
    /// `{"error":"<sentence>"}`
    case backEnd(String)

    /// Writes the body.
    public func write(to json: inout JSONWriter) {
        json.object { json in
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
