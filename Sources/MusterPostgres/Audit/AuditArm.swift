import FoundationEssentials
import MusterCore
import MusterSQL

/// Some events in the order of the log, as one index has them.
struct AuditArm {
    /// What the index is ordered by, before the numbers of events.
    let key: StatementText
    /// Which of its events are meant, as a span from a value to the same one.
    ///
    /// Of an equation the engine knows that it leaves the order of the numbers alone, and goes through the whole log in that
    /// order where it takes the events for many; what is ordered by a span's key first is in the order of this index alone.
    let span: StatementText
    /// What stands in the places of ``span``.
    let arguments: [(any SQLArgument)?]

    /// The arms of a condition, of which each event has to be in one; nil if none begins with it, and none if no event can meet it.
    static func arms(of condition: AuditQuery.Condition) -> [AuditArm]? {
        switch condition {
        case .date, .during: nil
        case .action(let name): name.utf8.contains(0) ? [] : [action(name)]
        case .actor(let uuid): [actor(uuid)]
        case .target(let uuid): [target(uuid)]
        case .actorName(let name): name.utf8.contains(0) ? [] : actors(named: name)
        case .targetName(let name): name.utf8.contains(0) ? [] : targets(named: name)
        }
    }

    /// Which of several conditions, all of which have to hold, is likely to be met by the fewest events: the greatest.
    static func rank(of condition: AuditQuery.Condition) -> Int {
        switch condition {
        case .date, .during: 0
        case .action: 1
        case .actorName: 2
        case .actor: 3
        case .targetName: 4
        case .target: 5
        }
    }

    private static func action(_ name: String) -> AuditArm {
        AuditArm(key: "action", span: "action BETWEEN ? AND ?", arguments: [name, name])
    }

    private static func actor(_ uuid: UUID) -> AuditArm {
        AuditArm(key: "actor_uuid", span: "actor_uuid BETWEEN ? AND ?", arguments: [uuid, uuid])
    }

    private static func target(_ uuid: UUID) -> AuditArm {
        AuditArm(key: "target_uuid", span: "target_uuid BETWEEN ? AND ?", arguments: [uuid, uuid])
    }

    /// Those who had the name then, and whoever has it now.
    private static func actors(named name: String) -> [AuditArm] {
        let named: StatementText = """
            (actor_kind = 'User'
             AND lower(actor_name) BETWEEN lower(? COLLATE "C") AND lower(? COLLATE "C"))
            """
        return [
            AuditArm(key: "lower(actor_name)", span: named, arguments: [name, name]),
            AuditArm(
                key: "actor_uuid",
                span: "actor_uuid BETWEEN (\(holder)) AND (\(holder))",
                arguments: [name, name]
            ),
        ]
    }

    private static func targets(named name: String) -> [AuditArm] {
        let named: StatementText = """
            (target_kind = 'User'
             AND lower(target_name) BETWEEN lower(? COLLATE "C") AND lower(? COLLATE "C"))
            """
        return [
            AuditArm(key: "lower(target_name)", span: named, arguments: [name, name]),
            AuditArm(
                key: "target_uuid",
                span: "target_uuid BETWEEN (\(holder)) AND (\(holder))",
                arguments: [name, name]
            ),
        ]
    }

    private static let holder: StatementText = """
        SELECT u.uuid FROM "user" AS u WHERE lower(u.username) = lower(? COLLATE "C")
        """
}

/// Arms that together have the events of a query, and what each event is asked besides.
struct AuditSearch {
    var arms: [AuditArm] = []
    var texts: [StatementText] = []
    var arguments: [(any SQLArgument)?] = []
}
