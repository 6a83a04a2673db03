import MusterAPI
import MusterCore
import Testing
import WireJSON

@testable import MusterCommands

@Suite("What is told of messages to a user")
struct UserMessagesTests {
    private static let now = Timestamp(rawValue: 1_800_000_000_000)

    /// What the audit log has of a message, so many seconds ago.
    private func event(
        _ message: String,
        ago: Int64,
        purpose: String = "code",
        reply: String,
        until: Int64? = nil
    ) -> AuditEventRecord {
        let at = Self.now.rawValue - ago * 1000
        var fields = [
            ("channel", "email"), ("purpose", purpose), ("message", message), ("tries", "1"),
            ("reply", reply),
        ]
        if let until {
            fields.append(("since", Timestamp(rawValue: at).text))
            let end = Timestamp(rawValue: Self.now.rawValue + until * 1000)
            fields.append(("until", end.text))
        }
        return AuditEventRecord(
            id: message,
            received: at,
            action: "message.deliver",
            isFailure: until != nil,
            actor: nil,
            impersonated: nil,
            target: nil,
            address: nil,
            requestID: "delivery",
            fields: fields.map { AuditEventRecord.Field(key: $0.0, value: $0.1) }
        )
    }

    private func told(_ events: [AuditEventRecord]) -> [String: String] {
        let members = UserMessages(events, at: Self.now).members
        return Dictionary(members.map { ($0.name, $0.value.plainText) }) { first, _ in first }
    }

    @Test("what waits is told beside the last message that does not")
    func waits() {
        let told = told([
            event("b", ago: 5, reply: "connection refused", until: 295),
            event("a", ago: 60, reply: "250 OK"),
        ])
        #expect(told["waiting_message_reason"] == "connection refused")
        #expect(told["waiting_message_since"] == "1799999995000")
        #expect(told["waiting_message_until"] == "1800000295000")
        #expect(told["waiting_messages"] == "1" && told["waiting_message_purpose"] == "code")
        #expect(told["last_message_reply"] == "250 OK" && told["last_message_failed"] == "false")
    }

    @Test("a later report of the same message ends its wait")
    func ended() {
        let told = told([
            event("a", ago: 2, reply: "250 OK"),
            event("a", ago: 5, reply: "connection refused", until: 295),
        ])
        #expect(told["waiting_messages"] == nil && told["last_message_reply"] == "250 OK")
    }

    @Test("a later report of another message ends nothing")
    func others() {
        let told = told([
            event("b", ago: 2, reply: "250 OK"),
            event("a", ago: 5, reply: "450 later", until: 295),
        ])
        #expect(told["waiting_message_reason"] == "450 later")
        #expect(told["last_message_reply"] == "250 OK")
    }

    @Test("of each message the newest reason counts, and a code stands before notices")
    func several() {
        let told = told([
            event("n", ago: 1, purpose: "factor_added", reply: "450 later", until: 86_000),
            event("a", ago: 2, reply: "451 disk", until: 290),
            event("a", ago: 5, reply: "connection refused", until: 290),
        ])
        #expect(told["waiting_messages"] == "2")
        #expect(told["waiting_message_reason"] == "451 disk")
    }

    @Test("what is too old waits for nothing, although nobody has reported its end")
    func late() {
        let events = [event("a", ago: 400, reply: "connection refused", until: -100)]
        #expect(UserMessages(events, at: Self.now).isEmpty)
        #expect(UserMessages([], at: Self.now).isEmpty)
    }
}
