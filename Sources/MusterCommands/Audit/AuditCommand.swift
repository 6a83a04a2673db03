import ArgumentParser
import MusterClient
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
    @Sendable static func actor(_ event: JSONObject) -> Table.Cell {
        guard let name = event.text("actor.name") else { return Table.Cell("-") }
        let other = event.text("impersonated.name").map { " as \($0)" } ?? ""
        return Table.Cell(name + other)
    }

    @Sendable static func address(_ event: JSONObject) -> Table.Cell {
        Table.Cell(event.text("address") ?? "")
    }

    @Sendable static func result(_ event: JSONObject) -> Table.Cell {
        event.flag("is_failure") ? Table.Cell("refused", .bad) : Table.Cell("done", .good)
    }

    @Sendable static func details(_ event: JSONObject) -> Table.Cell {
        let pairs = event.objects("fields").compactMap { field -> String? in
            guard let key = field.text("key") else { return nil }
            return "\(key)=\(field.value(at: "value")?.plainText ?? "")"
        }
        let impersonated = event.text("impersonated.name").map { ["impersonated=\($0)"] } ?? []
        return Table.Cell((pairs + impersonated).joined(separator: " "))
    }
}

extension AuditEventRecord: NamedRecord {
    var label: String { id }

    /// The event with its time as a text, to the second in which it is found by `--since` and `--until`.
    var shown: JSONObject {
        JSONObject(
            written.members.map { name, value in
                name.hasSameBytes(as: "received")
                    ? (name, .string(TimeText.text(received))) : (name, value)
            }
        )
    }
}
