import FoundationEssentials
import MusterCore
import MusterSQL
import TextBytes

/// Some events in the order of the log, as one index has them, or several.
struct AuditArm {
    /// How the index is named after the table.
    var index: StatementText = "NOT INDEXED"
    /// The first condition, which the index answers; 1 where the arm is the whole log.
    var seek: StatementText = "1"
    var arguments: [(any SQLArgument)?] = []
    /// Others whose events belong to it as well, each once; between its own ends, and with its own filters.
    var beside: [AuditArm] = []
    /// Under what its marks are kept; nil if there are none.
    var key: AuditMarks.Key?
    /// What each event is asked besides, which its row has to be read for.
    var filters: [StatementText] = []
    var filterArguments: [(any SQLArgument)?] = []
    /// Where in the log it begins and ends; both are a part of it.
    var first = Int64.min
    var last = Int64.max

    /// Whether its events can be counted without going through them: every event between its ends that the index has belongs
    /// to it, and the index has marks or is the whole log.
    var isPure: Bool { filters.isEmpty && (key != nil || arguments.isEmpty) }

    /// This arm and those beside it, each as one index has it.
    var parts: [AuditArm] {
        [self]
            + beside.map { other in
                var part = other
                (part.first, part.last) = (first, last)
                (part.filters, part.filterArguments) = (filters, filterArguments)
                return part
            }
    }

    /// The statement that has the numbers of the events of its own index, without their order.
    var text: StatementText {
        let conditions = [seek, "id >= ?", "id <= ?"] + filters
        return """
            SELECT id FROM audit_event \(index)
            WHERE \(StatementText(joining: conditions, separator: " AND "))
            """
    }

    /// What stands in the places of ``text``.
    var allArguments: [(any SQLArgument)?] { arguments + [first, last] + filterArguments }

    /// Asks each event for a condition besides.
    mutating func require(_ filter: (text: StatementText, arguments: [(any SQLArgument)?])) {
        filters.append(filter.text)
        filterArguments += filter.arguments
    }

    static func action(_ name: String) -> AuditArm {
        AuditArm(
            index: "INDEXED BY audit_event_by_action",
            seek: "action = ?",
            arguments: [name],
            key: .action(Array(name.utf8))
        )
    }

    static func actor(_ uuid: UUID) -> AuditArm {
        AuditArm(
            index: "INDEXED BY audit_event_by_actor",
            seek: "actor_uuid = ?",
            arguments: [uuid],
            key: .actor(uuid)
        )
    }

    /// Events of whoever had a login name then, and of its present holder.
    static func actor(named name: String, holder: UUID?) -> AuditArm {
        AuditArm(
            index: "INDEXED BY audit_event_by_actor_name",
            seek: "actor_kind = 'User' AND actor_name = ? COLLATE NOCASE",
            arguments: [name],
            beside: holder.map { [.actor($0)] } ?? [],
            key: .actorName(name.foldedASCII, holder)
        )
    }

    static func target(_ uuid: UUID) -> AuditArm {
        AuditArm(
            index: "INDEXED BY audit_event_by_target",
            seek: "target_uuid = ?",
            arguments: [uuid],
            key: .target(uuid)
        )
    }

    /// Events about whoever had a login name then, and about its present holder.
    static func target(named name: String, holder: UUID?) -> AuditArm {
        AuditArm(
            index: "INDEXED BY audit_event_by_target_name",
            seek: "target_kind = 'User' AND target_name = ? COLLATE NOCASE",
            arguments: [name],
            beside: holder.map { [.target($0)] } ?? [],
            key: .targetName(name.foldedASCII, holder)
        )
    }
}

/// A span of time; both ends are a part of it.
struct AuditSpan {
    var from = Int64.min
    var until = Int64.max

    var isEmpty: Bool { from > until }
    var isEverything: Bool { from == .min && until == .max }

    /// The moments that a condition of a time lets through; nil for every other condition.
    init?(_ condition: AuditQuery.Condition) {
        switch condition {
        case .date(.less, let at): until = Self.before(at.rawValue, &from)
        case .date(.lessOrEqual, let at): until = at.rawValue
        case .date(.greater, let at): from = Self.after(at.rawValue, &until)
        case .date(.greaterOrEqual, let at): from = at.rawValue
        case .during(let start, let end):
            from = start.rawValue
            until = Self.before(end.rawValue, &from)
        default: return nil
        }
    }

    init() {}

    mutating func narrow(to other: AuditSpan) {
        from = max(from, other.from)
        until = min(until, other.until)
    }

    /// The moment before; if there is none, the span is made empty by its other end.
    private static func before(_ at: Int64, _ from: inout Int64) -> Int64 {
        guard at == .min else { return at - 1 }
        from = .max
        return at
    }

    private static func after(_ at: Int64, _ until: inout Int64) -> Int64 {
        guard at == .max else { return at + 1 }
        until = .min
        return at
    }
}
