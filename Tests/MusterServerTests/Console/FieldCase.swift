import HTTPTypes
import Testing

/// A field of a form of the console in which something is typed, and what becomes of it.
struct FieldCase: Sendable, CustomTestStringConvertible {
    /// What is answered to a value.
    enum Outcome: Sendable {
        /// It may be so.
        case taken
        /// The form again, with what is wrong beside the field.
        case refused
        /// The form again, with what is wrong above it: which of its fields is wrong is not said, or it is none of them.
        case told
        /// The form again, with a field for the own password.
        case asked
    }

    let route: String
    let field: String
    /// What becomes of nothing, of what is too long, and of markup.
    let outcomes: [Outcome]
    /// What else the form has.
    var form: [String: String] = [:]
    /// By which name the page knows what is wrong with the field; nil for the field's.
    var mark: String?
    /// Whether it is a password or a code, which no page shows again.
    var isSecret = false
    /// Whether the session is so old that the own password is asked for.
    var isOld = false
    var status: HTTPResponse.Status = .unprocessableContent

    init(
        _ route: String,
        _ field: String,
        _ nothing: Outcome,
        _ long: Outcome,
        _ markup: Outcome,
        _ form: [String: String] = [:]
    ) {
        (self.route, self.field, self.form) = (route, field, form)
        outcomes = [nothing, long, markup]
    }

    var testDescription: String { "\(route) \(field)" }

    private func secret(_ mark: String? = nil, isOld: Bool = false) -> FieldCase {
        var one = self
        (one.isSecret, one.mark, one.isOld) = (true, mark, isOld)
        return one
    }

    private func with(status: HTTPResponse.Status) -> FieldCase {
        var one = self
        one.status = status
        return one
    }

    private static let key =
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f"
    private static let phone = "+4915112345678"

    /// The fields of a user, in the form of one that is to be and of one that there is.
    private static func user(_ route: String, _ form: [String: String]) -> [FieldCase] {
        [
            FieldCase(route, "username", .refused, .refused, .refused, form),
            FieldCase(route, "name", .taken, .refused, .taken, form),
            FieldCase(route, "email", .taken, .refused, .refused, form),
            FieldCase(route, "expires_at", .taken, .refused, .refused, form),
            FieldCase(route, "note", .taken, .refused, .taken, form),
            FieldCase(route, "hosts", .taken, .refused, .refused, form),
            FieldCase(route, "timeout", .refused, .refused, .refused, form),
        ]
    }

    private static let fields = [
        "permissions": "16", "timeout": "0", "enabled": "on", "api_permitted": "on",
        "password_permitted": "on", "saml_permitted": "on",
    ]

    private static let signIn: [FieldCase] = [
        FieldCase("/sign-in", "username", .told, .told, .told, ["password": "Correct-Horse-7"]),
        FieldCase("/sign-in", "password", .told, .told, .told, ["username": "jane@example.com"])
            .secret(),
        FieldCase("/sign-in/factor", "code", .told, .told, .told).secret(),
    ]

    private static let account: [FieldCase] = [
        FieldCase("/account", "name", .taken, .refused, .taken),
        FieldCase("/account", "email", .taken, .refused, .refused),
        FieldCase(
            "/account",
            "current_password",
            .refused,
            .refused,
            .refused,
            ["email": "new@example.org"]
        ).secret(),
        FieldCase(
            "/account/password",
            "password",
            .refused,
            .refused,
            .taken,
            ["current_password": "Correct-Horse-7"]
        ).secret(),
        FieldCase(
            "/account/password",
            "current_password",
            .refused,
            .refused,
            .refused,
            ["password": "Correct-Horse-8"]
        ).secret(),
        FieldCase("/account/keys/ssh", "key", .refused, .refused, .refused),
        FieldCase(
            "/account/keys/ssh",
            "password",
            .asked,
            .refused,
            .refused,
            ["key": key, "confirmed": "yes"]
        ).secret(isOld: true),
        FieldCase("/account/keys/api", "password", .asked, .refused, .refused)
            .secret(isOld: true),
    ]

    private static let security: [FieldCase] = [
        FieldCase("/account/security/app", "label", .taken, .refused, .taken),
        FieldCase("/account/security/app", "password", .asked, .refused, .refused)
            .secret(isOld: true),
        FieldCase(
            "/account/security/app/confirm",
            "code",
            .refused,
            .refused,
            .refused,
            ["id": "BEGUN", "secret": "ABC", "uri": "otpauth://totp/Muster"]
        ).secret(),
        FieldCase("/account/security/passkeys", "label", .told, .told, .told),
        FieldCase("/account/security/passkeys", "password", .told, .told, .told).secret(),
        FieldCase("/account/security/factors/:id", "password", .asked, .refused, .refused)
            .secret(isOld: true),
        FieldCase("/account/security/recovery", "password", .asked, .refused, .refused)
            .secret(isOld: true),
        FieldCase("/account/security/codes", "password", .refused, .refused, .refused).secret(),
        FieldCase(
            "/account/security/phone",
            "phone",
            .refused,
            .refused,
            .refused,
            ["password": "Correct-Horse-7"]
        ),
        FieldCase(
            "/account/security/phone",
            "password",
            .refused,
            .refused,
            .refused,
            ["phone": phone]
        ).secret("phone-password"),
        FieldCase("/account/security/phone/verify", "code", .refused, .refused, .refused)
            .secret(),
    ]

    private static let administration: [FieldCase] = [
        FieldCase(
            "/admin/users/new",
            "password",
            .taken,
            .refused,
            .taken,
            fields.merging(["username": "new@example.com", "temporary": "on"]) { $1 }
        ).secret(),
        FieldCase("/admin/users/:id/password", "password", .refused, .refused, .taken).secret(),
        FieldCase("/admin/users/:id/ssh-keys", "key", .refused, .refused, .refused),
        FieldCase("/admin/users/:id/delete", "typed", .refused, .refused, .refused),
        FieldCase("/admin/groups", "name", .refused, .refused, .taken),
        FieldCase("/admin/groups/:id", "name", .refused, .refused, .taken),
        FieldCase("/admin/groups/:id/members", "user", .refused, .refused, .refused)
            .with(status: .notFound),
        FieldCase("/admin/import", "list", .refused, .taken, .taken, ["mode": "create"]),
        FieldCase(
            "/admin/export/users",
            "password",
            .asked,
            .refused,
            .refused,
            ["hashes": "on"]
        ).secret("hashes-password", isOld: true),
        FieldCase("/admin/export/backup", "password", .asked, .refused, .refused)
            .secret("backup-password", isOld: true),
    ]

    static let all: [FieldCase] =
        signIn + account + security + administration
        + user("/admin/users/new", fields.merging(["username": "new@example.com"]) { $1 })
        + user(
            "/admin/users/:id",
            fields.merging(["username": "jane@example.com", "revision": "REVISION"]) { $1 }
        )
}
