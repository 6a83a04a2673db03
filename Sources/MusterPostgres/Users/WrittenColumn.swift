import MusterCore
import MusterSQL

/// A column of a user that somebody decides about, and what is written there: said once for every statement that writes.
struct WrittenColumn: Sendable {
    let name: StatementText
    let type: PostgresType
    let value: @Sendable (UserDraft) -> (any SQLArgument)?

    private init(
        _ name: StatementText,
        _ type: PostgresType,
        _ value: @escaping @Sendable (UserDraft) -> (any SQLArgument)?
    ) {
        self.name = name
        self.type = type
        self.value = value
    }

    static let all: [WrittenColumn] = [
        WrittenColumn("username", .text) { $0.username.text },
        WrittenColumn("name", .text) { $0.name },
        WrittenColumn("email", .text) { $0.email },
        WrittenColumn("role", .bigint) { $0.role.rawValue },
        WrittenColumn("read_mask", .bigint) { $0.masks.read },
        WrittenColumn("write_mask", .bigint) { $0.masks.write },
        WrittenColumn("liveview_mask", .bigint) { $0.masks.liveview },
        WrittenColumn("hosts", .text) { $0.hosts.stored },
        WrittenColumn("inactivity_timeout_s", .bigint) { $0.inactivityTimeout.components.seconds },
        WrittenColumn("is_enabled", .boolean) { $0.isEnabled },
        WrittenColumn("expires_at", .bigint) { $0.expiresAt?.rawValue },
        WrittenColumn("note", .text) { $0.note },
        WrittenColumn("api_permitted", .boolean) { $0.authorizations.api },
        WrittenColumn("password_permitted", .boolean) { $0.authorizations.password },
        WrittenColumn("saml_permitted", .boolean) { $0.authorizations.saml },
        WrittenColumn("second_factor_required", .boolean) {
            $0.authorizations.requiresSecondFactorEnrolment
        },
    ]

    /// The names, as INSERT lists them.
    static let names = StatementText(joining: all.map(\.name), separator: ", ")
    /// A place for each value.
    static let places = StatementText(joining: all.map { _ in "?" }, separator: ", ")
    /// Each name with a place, as UPDATE sets them.
    static let assignments = StatementText(joining: all.map { "\($0.name) = ?" }, separator: ", ")

    /// The values, in the order of the names.
    static func values(_ draft: UserDraft) -> [(any SQLArgument)?] {
        all.map { $0.value(draft) }
    }
}
