import ArgumentParser
import TextBytes
import WireJSON

/// `muster audit`.
struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "Who did what to whom, from where and when.",
        discussion: "Example: muster audit list --since 2h",
        subcommands: [AuditList.self, AuditTail.self]
    )
}

extension RecordLayout {
    /// An event of the audit log.
    static let auditEvent = RecordLayout(
        "events",
        columns: [
            .time("Time", "received"), Column("Action", "action"),
            Column("By", shrinking: .downTo(Column.nameWidth), AuditCells.actor),
            Column("To", "target.name"), Column("From", AuditCells.address),
            Column("Result", AuditCells.result), Column("Details", AuditCells.details),
        ],
        fields: [
            "received", "action", "is_failure", "actor.id", "actor.name", "target.id",
            "target.name", "target.type", CSVField("address") { AuditCells.address($0).text },
            CSVField("details") { AuditCells.details($0).text }, "id",
        ]
    )
}

/// What stands in the cells of an event.
private enum AuditCells {
    /// The fields that have columns of their own, or matter to operators only.
    private static let others: Set<ByteText> = ["X-Forwarded-For", "X-Request-Uuid"]

    @Sendable static func actor(_ event: JSONObject) -> Table.Cell {
        guard let name = event.text("actor.name") else { return Table.Cell("-") }
        let other = field("impersonated", event).map { " as \($0)" } ?? ""
        return Table.Cell(name + other)
    }

    @Sendable static func address(_ event: JSONObject) -> Table.Cell {
        Table.Cell(field("X-Forwarded-For", event) ?? "")
    }

    @Sendable static func result(_ event: JSONObject) -> Table.Cell {
        event.flag("is_failure") ? Table.Cell("refused", .bad) : Table.Cell("done", .good)
    }

    @Sendable static func details(_ event: JSONObject) -> Table.Cell {
        let pairs = event.objects("fields").compactMap { field -> String? in
            guard let key = field.text("key"), !others.contains(ByteText(key)) else { return nil }
            return "\(key)=\(field.value(at: "value")?.plainText ?? "")"
        }
        return Table.Cell(pairs.joined(separator: " "))
    }

    private static func field(_ key: String, _ event: JSONObject) -> String? {
        event.objects("fields").first { $0.text("key")?.hasSameBytes(as: key) == true }?
            .text("value")
    }
}
