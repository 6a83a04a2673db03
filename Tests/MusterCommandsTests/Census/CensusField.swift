/// A place in which the fields of a user stand by name.
enum CensusPlace: String, CaseIterable, Sendable {
    /// `UserDraft`, of which users are made.
    case draft
    /// `UserChanges`.
    case changes
    /// The fields of an audit record.
    case audit
    /// The body of POST and PATCH in the native API.
    case body
    /// The native record.
    case record
    /// A line of an export.
    case export
    /// The fields that an import reads.
    case importFields
    /// The headings of a CSV file.
    case csv
    /// The columns of SQLite's table of users.
    case columns
    /// The record in openapi.yaml.
    case openRecord
    /// The body of a new user in openapi.yaml.
    case openNew
    /// The body of a change in openapi.yaml.
    case openChange
    /// docs/http-api.md, the native API.
    case httpDocument
    /// docs/import.md.
    case importDocument
    /// The options of `muster users add`.
    case options
    /// docs/cli.md.
    case commandDocument
}

/// One field of a user: its names, and where it is on purpose not, with the reason.
struct CensusField: Sendable {
    /// In `User`; a field of a part is `part.field`.
    let path: String
    /// On the wire, in the audit log and in files, unless `names` says otherwise.
    let wire: String
    /// Where it has another name.
    var names: [CensusPlace: String] = [:]
    /// Where it is not, and why.
    var absent: [CensusPlace: String] = [:]

    /// The name in a place; nil if the field is on purpose not there.
    func name(in place: CensusPlace) -> String? {
        guard absent[place] == nil else { return nil }
        if let name = names[place] { return name }
        return switch place {
        case .draft: path
        case .openRecord: wire.split(separator: ".").first.map(String.init)
        case .httpDocument: wire.split(separator: ".").first.map(String.init)
        case .options, .commandDocument: "--" + wire
        default: wire
        }
    }

    /// A field about which somebody decides: it is everywhere.
    static func decided(
        _ path: String,
        _ wire: String,
        change: String,
        column: String? = nil,
        _ names: [CensusPlace: String] = [:],
        not absent: [CensusPlace: String] = [:]
    ) -> CensusField {
        let names = names.merging([.changes: change, .columns: column ?? wire]) { $1 }
        return CensusField(path: path, wire: wire, names: names, absent: absent)
    }

    /// A field that the directory gives or learns: it is kept and shown, and nobody sets it.
    static func learned(
        _ path: String,
        _ wire: String,
        column: String? = nil,
        not absent: [CensusPlace: String] = [:]
    ) -> CensusField {
        let kept: Set<CensusPlace> = [.columns, .record, .openRecord, .httpDocument]
        var reasons = absent
        for place in CensusPlace.allCases where !kept.contains(place) {
            reasons[place] = "the directory gives or learns it; nobody sets it"
        }
        return CensusField(
            path: path,
            wire: wire,
            names: [.columns: column ?? wire],
            absent: reasons
        )
    }
}

extension CensusField {
    private static let auths: [CensusPlace: String] = [
        .options: "`muster users auths set` has it",
        .commandDocument: "`muster users auths set` has it",
    ]
    private static let counted: [CensusPlace: String] = [
        .columns: "factors have tables of their own"
    ]
    private static let beside: [CensusPlace: String] = [
        .columns: "it says whether other tables have rows of the user",
        .record: "whoever asks for those is shown them",
        .openRecord: "whoever asks for those is shown them",
        .httpDocument: "whoever asks for those is shown them",
    ]
    private static let sealed: [CensusPlace: String] = [
        .record: "a number is a secret", .openRecord: "a number is a secret",
        .httpDocument: "a number is a secret",
    ]
    private static let inside: [CensusPlace: String] = [
        .record: "`locked` says what follows from it",
        .openRecord: "`locked` says what follows from it",
        .httpDocument: "`locked` says what follows from it",
    ]
    private static let argument: [CensusPlace: String] = [
        .options: "the command's argument", .commandDocument: "the command's argument",
    ]

    /// Every field.
    static let all: [CensusField] = [
        .decided("username", "username", change: "username", not: argument),
        .decided("name", "name", change: "name"),
        .decided("email", "email", change: "email"),
        .decided(
            "role",
            "permissions",
            change: "role",
            column: "role",
            [.options: "--role", .commandDocument: "--role"]
        ),
        .decided("masks.read", "readbm", change: "readMask", column: "read_mask"),
        .decided("masks.write", "writebm", change: "writeMask", column: "write_mask"),
        .decided("masks.liveview", "lviewbm", change: "liveviewMask", column: "liveview_mask"),
        .decided("hosts", "hosts", change: "hosts"),
        .decided(
            "inactivityTimeout",
            "timeout",
            change: "inactivityTimeout",
            column: "inactivity_timeout_s"
        ),
        .decided(
            "isEnabled",
            "enabled",
            change: "isEnabled",
            column: "is_enabled",
            [.options: "--disabled", .commandDocument: "--disabled"]
        ),
        .decided(
            "expiresAt",
            "expires_at",
            change: "expiry",
            [.options: "--expires", .commandDocument: "--expires"]
        ),
        .decided("note", "note", change: "note"),
        .decided("authorizations.api", "api_permitted", change: "isAPIPermitted", not: auths),
        .decided(
            "authorizations.password",
            "password_permitted",
            change: "isPasswordPermitted",
            not: auths
        ),
        .decided("authorizations.saml", "saml_permitted", change: "isSAMLPermitted", not: auths),
        .decided(
            "authorizations.requiresSecondFactorEnrolment",
            "two_factor_required",
            change: "requiresSecondFactorEnrolment",
            column: "second_factor_required",
            [.record: "two_factor.required", .openRecord: "two_factor"],
            not: [
                .options: "kept for clients that set it",
                .commandDocument: "kept for clients that set it",
            ]
        ),
        .learned("id", "id"),
        .learned("uuid", "uuid"),
        .learned("secondFactor.phone", "phone", column: "phone_sealed", not: sealed),
        .learned(
            "secondFactor.isPhoneVerified",
            "two_factor.phone_verified",
            column: "phone_verified"
        ),
        .learned("secondFactor.isSMSEnabled", "two_factor.sms_enabled", column: "sms_enabled"),
        .learned(
            "secondFactor.isEmailEnabled",
            "two_factor.email_enabled",
            column: "email_enabled"
        ),
        .learned("logins.failureCount", "failed_logins", column: "login_failure_count"),
        .learned("logins.failureTotal", "total_failed_logins", column: "login_failure_total"),
        .learned("logins.lastFailure", "last_login_failure", column: "last_login_failure_at"),
        .learned("logins.lastSuccess", "last_login", column: "last_login_at"),
        .learned("logins.lastClosing", "closed_at", column: "last_login_closing_at", not: inside),
        .learned("lastKeyUse", "last_key_use", column: "last_key_use_at"),
        .learned(
            "groups",
            "groups",
            not: [
                .columns: "a table of their own", .record: "the record of the account has them",
                .openRecord: "the schema of the account has them",
            ]
        ),
        .learned("factors.apps", "two_factor.apps", not: counted),
        .learned("factors.passkeys", "two_factor.passkeys", not: counted),
        .learned("factors.recoveryCodes", "two_factor.recovery_codes", not: counted),
        .learned("holdings", "holdings", not: beside),
        .learned("createdAt", "created_at"),
        .learned("changedAt", "changed_at"),
    ]
}
