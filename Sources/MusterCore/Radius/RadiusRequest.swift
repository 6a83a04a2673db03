/// What a RADIUS server asks about somebody (RFC 2865 section 4.1).
public struct RadiusRequest: Sendable {
    /// The longest password or code, in bytes: what PAP carries (RFC 2865 section 5.2).
    public static let maximumPasswordBytes = 128
    /// The longest name of a client, and of a place that is shown, in bytes.
    public static let maximumClientBytes = 64

    /// The login name as it was typed.
    public let username: String
    /// The password, or the code where there is a state; nil for one that is no text.
    public let password: Secret<String>?
    /// What the challenge before has handed out; nil if this is no answer to one.
    public let state: [UInt8]?
    /// The name under which the RADIUS server knows who asked it; empty if it did not say.
    public let client: String
    /// Where the person sits, as the client says it; nil if it says nothing.
    public let station: String?
    /// The address that users' hosts are held against; nil if there is none.
    public let address: IPAddress?
    /// The device, as the client says it.
    public let device: RadiusDevice

    /// Builds a request.
    public init(
        username: String,
        password: Secret<String>?,
        state: [UInt8]?,
        client: String,
        station: String?,
        address: IPAddress?,
        device: RadiusDevice = RadiusDevice()
    ) {
        self.username = username
        self.password = password
        self.state = state
        self.client = client
        self.station = station
        self.address = address
        self.device = device
    }

    /// The password or code, if it can be one at all; none is held against a user's otherwise.
    var usablePassword: Secret<String>? {
        guard let password,
            password.withExposedValue({
                (1...RadiusRequest.maximumPasswordBytes).contains($0.utf8.count)
            })
        else { return nil }
        return password
    }

    /// The place as guesses are counted at it: the network of an address, or else the client's own word.
    func place(_ widths: SourceNetwork.Widths) -> String {
        if let address { return SourceNetwork(of: address, widths).description }
        return String(decoding: (station ?? "").utf8.prefix(255), as: UTF8.self)
    }

    /// What the audit log says beside the reason.
    func fields(_ asker: Principal) -> [AuditField] {
        var fields = [AuditField("via", "radius")]
        if !client.utf8.isEmpty { fields.append(AuditField("client", client)) }
        // Of an address that hosts are held against the record has a place of its own.
        let isTold = address != nil && station.flatMap { IPAddress(reported: $0) } == address
        if !isTold, let station, RadiusRequest.isPlain(station) {
            fields.append(AuditField("station", station))
        }
        fields += device.fields(besides: address)
        let place = asker.origin.address?.description ?? "none"
        return fields + [AuditField("asked_from", place)]
    }

    /// Whether a text is short ASCII without control characters, as it may stand in the audit log.
    public static func isPlain(_ text: String) -> Bool {
        (1...maximumClientBytes).contains(text.utf8.count)
            && text.utf8.allSatisfy { (0x20...0x7E).contains($0) }
    }
}

/// What a RADIUS server is to say.
public enum RadiusOutcome: Sendable {
    /// This user comes in, who is in these groups, named in the order of their numbers.
    case accepted(User, groups: [String])
    /// A code is needed, which is sent with the state, of 32 bytes; the message says which one.
    case challenged(state: [UInt8], message: String)
    /// Nobody comes in, whatever the cause.
    case refused
}
