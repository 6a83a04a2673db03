import MusterCore
import MusterSQL

/// A column of a user that somebody decides about, and what is written there: said once for every statement that writes.
struct WrittenColumn: Sendable {
    let name: StatementText
    /// Puts what is written there into the next place of a statement.
    let bind: @Sendable (UserDraft, inout StatementPlaces) -> Void

    private init(
        _ name: StatementText,
        _ value: @escaping @Sendable (UserDraft) -> (some SQLArgument)?
    ) {
        self.name = name
        bind = { $1.bind(value($0)) }
    }

    static let all: [WrittenColumn] = [
        WrittenColumn("username") { $0.username.text },
        WrittenColumn("name") { $0.name },
        WrittenColumn("email") { $0.email },
        WrittenColumn("role") { $0.role.rawValue },
        WrittenColumn("read_mask") { $0.masks.read },
        WrittenColumn("write_mask") { $0.masks.write },
        WrittenColumn("liveview_mask") { $0.masks.liveview },
        WrittenColumn("hosts") { $0.hosts.stored },
        WrittenColumn("inactivity_timeout_s") { $0.inactivityTimeout.components.seconds },
        WrittenColumn("is_enabled") { $0.isEnabled },
        WrittenColumn("expires_at") { $0.expiresAt?.rawValue },
        WrittenColumn("note") { $0.note },
        WrittenColumn("api_permitted") { $0.authorizations.api },
        WrittenColumn("password_permitted") { $0.authorizations.password },
        WrittenColumn("saml_permitted") { $0.authorizations.saml },
        WrittenColumn("second_factor_required") { $0.authorizations.requiresSecondFactorEnrolment },
    ]

    /// The names, as INSERT lists them.
    static let names = StatementText(joining: all.map(\.name), separator: ", ")
    /// A place for each value.
    static let places = StatementText(joining: all.map { _ in "?" }, separator: ", ")
    /// Each name with a place, as UPDATE sets them.
    static let assignments = StatementText(joining: all.map { "\($0.name) = ?" }, separator: ", ")

    /// Puts the values into a statement's next places, in the order of the names.
    static func bind(_ draft: UserDraft, in places: inout StatementPlaces) {
        for column in all { column.bind(draft, &places) }
    }
}
