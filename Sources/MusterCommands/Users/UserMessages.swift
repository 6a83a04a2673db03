import FoundationEssentials
import MusterAPI
import MusterClient
import MusterCore
import TextBytes
import WireJSON

/// What became of the last messages to a user, as the audit log tells it: one that waits for its next try, and the last one
/// that has arrived or was given up on.
struct UserMessages {
    /// How many events are looked at; a user is told of few things an hour.
    private static let mostEvents = 50

    /// The last one that waits for nothing any more.
    private let last: AuditEventRecord?
    /// The newest code that waits, else the newest notice.
    private let waiting: AuditEventRecord?
    /// How many wait.
    private let waitingCount: Int

    /// Reads them.
    ///
    /// - Parameters:
    ///   - events: The newest `message.deliver` of a user, the newest first.
    ///   - now: What is of no use any more at this moment waits for nothing, whether or not that was reported.
    init(_ events: [AuditEventRecord], at now: Timestamp) {
        var known: Set<ByteText> = []
        var open: [AuditEventRecord] = []
        var last: AuditEventRecord?
        for event in events {
            let until = event.moment(DeliveryReport.untilField)
            if until == nil, last == nil { last = event }
            // Of each message the newest event counts.
            let isNewest = event.field("message").map { known.insert(ByteText($0)).inserted }
            if isNewest ?? false, let until, now < until { open.append(event) }
        }
        let code = open.first { $0.field("purpose")?.hasSameBytes(as: "code") ?? false }
        waiting = code ?? open.first
        waitingCount = open.count
        self.last = last
    }

    /// Whether nothing is known.
    var isEmpty: Bool { last == nil && waiting == nil }

    /// What stands in the user's record of them.
    var members: [(name: String, value: JSONValue)] {
        waitingMembers + lastMembers
    }

    private var waitingMembers: [(name: String, value: JSONValue)] {
        guard let waiting else { return [] }
        return [
            ("waiting_messages", .integer(Int64(waitingCount))),
            ("waiting_message_since", waiting.time(DeliveryReport.sinceField)),
            ("waiting_message_until", waiting.time(DeliveryReport.untilField)),
            ("waiting_message_channel", waiting.text("channel")),
            ("waiting_message_purpose", waiting.text("purpose")),
            ("waiting_message_reason", waiting.text("reply")),
        ]
    }

    private var lastMembers: [(name: String, value: JSONValue)] {
        guard let last else { return [] }
        return [
            ("last_message_at", .integer(last.received)),
            ("last_message_channel", last.text("channel")),
            ("last_message_failed", .bool(last.isFailure)),
            ("last_message_reply", last.text("reply")),
        ]
    }

    /// The layout of a user's record with them.
    func layout(_ layout: RecordLayout) -> RecordLayout {
        let hasWaiting = waiting != nil
        let hasLast = last != nil
        return RecordLayout(
            layout.noun,
            columns: layout.columns + (hasWaiting ? [UserMessages.waitingColumn] : [])
                + (hasLast ? [UserMessages.lastColumn] : []),
            fields: layout.fields + [
                "waiting_messages", "waiting_message_since", "waiting_message_until",
                "waiting_message_channel", "waiting_message_purpose", "waiting_message_reason",
                "last_message_at", "last_message_channel", "last_message_failed",
                "last_message_reply",
            ]
        )
    }

    private static let waitingColumn = Column("Waiting message") { record in
        let since = record.value(at: "waiting_message_since")?.plainText ?? ""
        let until = record.value(at: "waiting_message_until")?.plainText ?? ""
        let channel = record.text("waiting_message_channel") ?? ""
        let purpose = record.text("waiting_message_purpose") ?? ""
        let reason = record.text("waiting_message_reason") ?? ""
        let count = record.integer("waiting_messages") ?? 1
        let others = count > 1 ? "; \(count - 1) more" : ""
        return Table.Cell(
            "\(purpose) by \(channel), since \(since), tried until \(until): \(reason)\(others)",
            .bad
        )
    }

    private static let lastColumn = Column("Last message") { record in
        let time = record.value(at: "last_message_at")?.plainText ?? ""
        let channel = record.text("last_message_channel") ?? ""
        let reply = record.text("last_message_reply") ?? ""
        let hasFailed = record.flag("last_message_failed")
        return Table.Cell(
            "\(time) by \(channel)\(hasFailed ? ", failed" : ""): \(reply)",
            hasFailed ? .bad : .good
        )
    }

    /// Asks a server for them; nil for who may not read the audit log.
    fileprivate static func ask(
        _ server: Server,
        of user: AccountRecord
    ) async throws(CommandError) -> UserMessages? {
        var filter = MusterClient.AuditFilter()
        filter.targetID = UUID(uuidString: user.user.uuid)
        filter.action = "message.deliver"
        do throws(CommandError) {
            let events = try await server.ask("event") { [filter] in
                try await $0.audit.page(filter, limit: mostEvents, newestFirst: true)
            }
            .events
            return UserMessages(events, at: SystemClock().now())
        } catch {
            guard error.status == .denied else { throw error }
            return nil
        }
    }
}

extension Server {
    /// What became of the last messages to a user; nil for who may not read the audit log.
    func messages(to user: AccountRecord) async throws(CommandError) -> UserMessages? {
        try await UserMessages.ask(self, of: user)
    }
}

extension AuditEventRecord {
    /// A field's value; nil if it has none of that name.
    fileprivate func field(_ key: String) -> String? {
        fields.first { $0.key.hasSameBytes(as: key) }?.value
    }

    fileprivate func text(_ key: String) -> JSONValue {
        field(key).map { .string($0) } ?? .null
    }

    fileprivate func moment(_ key: String) -> Timestamp? {
        field(key).flatMap { Timestamp(text: $0) }
    }

    fileprivate func time(_ key: String) -> JSONValue {
        moment(key).map { .integer($0.rawValue) } ?? .null
    }
}
