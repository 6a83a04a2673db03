import MusterCore
import TextBytes
import WireJSON

/// The attributes of an Access-Request, as the module rest of FreeRADIUS writes them: a name, and an object with `type` and
/// an array `value`.
struct NativeRadiusQuestion {
    /// The most bytes of a body.
    static let maximumBytes = 65_536
    /// The most attributes of a request.
    static let mostAttributes = 64

    private let attributes: JSONObject
    private let isMended: Bool

    /// Takes a body's object; of the attributes that are not asked for nothing is looked at.
    ///
    /// - Parameters:
    ///   - object: The attributes.
    ///   - isMended: Whether U+FFFD stands in the place of what was no UTF-8.
    /// - Throws: ``MusterError`` with code `input.invalid` for too many.
    init(_ object: JSONObject, isMended: Bool = false) throws(MusterError) {
        guard object.members.count <= NativeRadiusQuestion.mostAttributes else {
            throw MusterError(
                .inputInvalid,
                "The request has more than \(NativeRadiusQuestion.mostAttributes) attributes."
            )
        }
        attributes = object
        self.isMended = isMended
    }

    /// What is asked, of a client and by settings.
    ///
    /// - Throws: ``MusterError`` with code `input.invalid`, naming the attribute.
    func request(
        client: String,
        _ settings: RadiusSettings
    ) throws(MusterError) -> RadiusRequest {
        guard client.utf8.isEmpty || RadiusRequest.isPlain(client) else {
            throw .invalid(
                "client",
                rule:
                    "must have at most \(RadiusRequest.maximumClientBytes) printable ASCII characters"
            )
        }
        guard let username = try text("User-Name") else {
            throw .invalid("User-Name", rule: "is required")
        }
        guard (1...TextLimit.username).contains(username.utf8.count), !username.utf8.contains(0)
        else {
            throw .invalid(
                "User-Name",
                rule: "must have 1 to \(TextLimit.username) bytes without a NUL"
            )
        }
        guard let password = try value("User-Password") else {
            throw .invalid("User-Password", rule: "is required: only PAP is understood")
        }
        let station = try text("Calling-Station-Id")
        let place = try settings.hosts == .nas ? device() : station
        return RadiusRequest(
            username: username,
            password: password.radiusText.flatMap { isMended && $0.isMended ? nil : Secret($0) },
            state: try value("State").map { NativeRadiusQuestion.state($0) },
            client: client,
            station: station,
            address: place.flatMap { IPAddress(reported: $0) },
            device: told()
        )
    }

    /// What is told of the device beside what decides; whatever cannot be read is left out.
    private func told() -> RadiusDevice {
        var device = RadiusDevice()
        device.name = detail("NAS-Identifier")
        device.address = detail("NAS-IP-Address") ?? detail("NAS-IPv6-Address")
        device.portType = detail("NAS-Port-Type")
        device.service = detail("Service-Type")
        return device
    }

    /// A text, or a number, which kinds have that a dictionary does not name.
    private func detail(_ name: String) -> String? {
        switch try? value(name) {
        case .string(let text): text
        case .integer(let number): String(number)
        default: nil
        }
    }

    /// The address of the device that asks, as a text.
    private func device() throws(MusterError) -> String? {
        if let text = try text("NAS-IP-Address") { return text }
        return try text("NAS-IPv6-Address")
    }

    /// Octets as they are written, `0x` and digits; none for what is something else, which no challenge has given out.
    private static func state(_ value: JSONValue) -> [UInt8] {
        guard let text = value.radiusText, text.utf8.count <= 130,
            text.utf8.starts(with: "0x".utf8)
        else { return [] }
        return Hex.bytes(String(decoding: text.utf8.dropFirst(2), as: UTF8.self)) ?? []
    }

    private func text(_ name: String) throws(MusterError) -> String? {
        guard let value = try value(name) else { return nil }
        guard let text = value.radiusText, text.utf8.count <= TextLimit.field else {
            throw .invalid(name, rule: "must be a text of at most \(TextLimit.field) bytes")
        }
        return text
    }

    /// The one value of an attribute; nil if it did not come.
    private func value(_ name: String) throws(MusterError) -> JSONValue? {
        guard let member = attributes[name] else { return nil }
        guard case .object(let attribute) = member, case .array(let values)? = attribute["value"],
            values.count == 1
        else {
            throw .invalid(name, rule: "must come once, as an object with an array \"value\"")
        }
        return values[0]
    }
}

extension String {
    /// Whether it has what stands in the place of bytes that are no text, so that it may be something else than was typed.
    fileprivate var isMended: Bool { unicodeScalars.contains("\u{FFFD}") }
}

extension JSONValue {
    /// The text that it is; nil for all else.
    fileprivate var radiusText: String? {
        if case .string(let text) = self { text } else { nil }
    }
}
