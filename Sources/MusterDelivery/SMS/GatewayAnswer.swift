import WireJSON

/// What a gateway has answered: a status, and the beginning of a body.
struct GatewayAnswer: Sendable {
    /// The most bytes of a body that are read.
    static let maximumBytes = 65_536

    let status: Int
    let body: [UInt8]

    /// The body, where it is a JSON object.
    var object: JSONObject? {
        guard case .object(let object)? = try? JSONValue(parsing: body) else { return nil }
        return object
    }

    /// What a status says where the gateway says no more: again for what may pass (RFC 9110 sections 15.5.9 and 15.6,
    /// RFC 6585 section 4, RFC 8470 section 5.2), and never again for other refusals.
    ///
    /// - Parameter reason: What else was said.
    /// - Returns: Whether to try again.
    func refusal(_ reason: String = "") -> DeliveryOutcome {
        let text = reason.isEmpty ? "HTTP \(status)" : "HTTP \(status): \(reason)"
        switch status {
        case 408, 425, 429, 500...599: return .failed(text)
        default: return .refused(text)
        }
    }
}
