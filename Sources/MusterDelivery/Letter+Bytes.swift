import FoundationEssentials
import MusterCore
import SystemCalls
import WireJSON

extension Letter {
    /// The letter as it is sealed.
    var bytes: [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.member("id", id)
        json.member("channel", channel.rawValue)
        json.member("purpose", purpose)
        json.member("recipient", recipient)
        json.member("subject", subject)
        text.withExposedValue { json.member("text", $0) }
        json.member("kind", party.kind.rawValue)
        json.member("name", party.name)
        if let uuid = party.uuid { json.member("uuid", uuid.uuidString) }
        json.member("created_at", createdAt.rawValue)
        json.member("expires_at", expiresAt.rawValue)
        json.endObject()
        return json.takeBytes()
    }

    /// Reads what ``bytes`` wrote; nil for anything else.
    init?(bytes: [UInt8]) {
        guard case .object(let object)? = try? JSONValue(parsing: bytes),
            let id = object.text("id"), Hex.isHex(id, count: 32),
            let channel = object.text("channel").flatMap(CodeMessage.Channel.init(rawValue:)),
            let purpose = object.text("purpose"), let recipient = object.text("recipient"),
            let subject = object.text("subject"), let text = object.text("text"),
            let kind = object.text("kind").flatMap(AuditParty.Kind.init(rawValue:)),
            let name = object.text("name"), let created = object.number("created_at"),
            let expires = object.number("expires_at")
        else { return nil }
        self.init(
            id: id,
            channel: channel,
            purpose: purpose,
            recipient: recipient,
            subject: subject,
            text: Secret(text),
            party: AuditParty(
                kind: kind,
                uuid: object.text("uuid").flatMap(UUID.init(uuidString:)),
                name: name
            ),
            createdAt: Timestamp(rawValue: created),
            expiresAt: Timestamp(rawValue: expires)
        )
    }
}

extension JSONObject {
    /// A text, if there is one of that name.
    func text(_ name: String) -> String? {
        if case .string(let text)? = self[name] { text } else { nil }
    }

    /// A whole number, if there is one of that name.
    func number(_ name: String) -> Int64? {
        if case .integer(let number)? = self[name] { number } else { nil }
    }
}
