/// A form of the console that changes one user.
///
/// Values may have words in braces, as in a ``ChangingRoute``.
struct RacingForm: Sendable {
    /// The path as the table of routes has it.
    let pattern: String
    let path: String
    let fields: [(name: String, value: String)]
    let caller: RacingChange.Caller

    private init(
        _ pattern: String,
        _ fields: [(name: String, value: String)] = [],
        path: String? = nil,
        by caller: RacingChange.Caller = .administrator
    ) {
        self.pattern = pattern
        self.path = path ?? pattern.replacing(":id", with: "{jane}")
        self.fields = fields
        self.caller = caller
    }

    static let all: [RacingForm] =
        fields + actions + bulk + own + [
            RacingForm(
                "/sign-in",
                [("username", "jane@example.com"), ("password", ChangingRoute.password)],
                by: .stranger
            )
        ]

    private static let fields = [
        RacingForm(
            "/admin/users/:id",
            [
                ("username", "jane@example.com"), ("name", "Formed"), ("permissions", "16"),
                ("timeout", "3600"), ("enabled", "on"), ("api_permitted", "on"),
                ("password_permitted", "on"), ("saml_permitted", "on"),
                ("revision", "{revision}"),
            ]
        )
    ]

    private static let actions: [RacingForm] =
        [
            ("unlock", []), ("password", [("password", "Fifth-Horse-9")]),
            ("factors/reset", []), ("sessions/end", []), ("api-keys", []), ("api-keys/revoke", []),
            ("sessions/end-one", [("session", "{session}")]),
            ("ssh-keys", [("key", "{other key}")]),
            ("ssh-keys/remove", [("fingerprint", "{plain fingerprint}")]),
            ("groups/add", [("group", "{empty}")]), ("groups/remove", [("group", "{full}")]),
            ("delete", [("typed", "jane@example.com")]),
        ].map { RacingForm("/admin/users/:id/\($0.0)", $0.1) }
        + [
            RacingForm(
                "/admin/groups/:id/members",
                [("user", "jane@example.com")],
                path: "/admin/groups/{empty}/members"
            ),
            RacingForm("/admin/sessions/end", [("session", "{session}")]),
        ]

    private static let bulk = ["disable", "close-ways", "require-factor", "add-to-group"].map {
        RacingForm(
            "/admin/users/bulk",
            [
                ("action", $0), ("confirmed", "yes"), ("user", "{jane}"), ("group", "{empty}"),
                ("way", "api"),
            ]
        )
    }

    private static let own: [RacingForm] = [
        ("/account", [("name", "Own"), ("email", "own@example.com")]),
        (
            "/account/password",
            [("password", "Sixth-Horse-9"), ("current_password", ChangingRoute.password)]
        ),
        ("/account/keys/api", []), ("/account/keys/api/revoke", []),
        ("/account/keys/ssh", [("key", "{other key}"), ("confirmed", "yes")]),
        ("/account/keys/ssh/remove", [("fingerprint", "{plain fingerprint}")]),
        ("/account/security/app", [("label", "Tablet")]),
        ("/account/security/recovery", []), ("/account/sessions/end-all", []),
        ("/account/security/codes", [("email", "on")]), ("/sign-out", []),
    ].map { RacingForm($0.0, $0.1, by: .oneself) }

    /// Forms that do not race, and why.
    static let left: [String: Set<String>] = [
        "they change no user who exists": [
            "/admin/users/new", "/admin/groups", "/admin/groups/:id", "/admin/groups/:id/delete",
            "/admin/import", "/admin/import/file", "/admin/import/:id/discard",
            "/admin/export/users", "/admin/export/backup", "/account/security/recovery/file",
        ],
        "they write what races as a call of the native API": [
            "/admin/import/:id/start", "/account/security/app/confirm",
            "/account/security/passkeys/options", "/account/security/passkeys",
            "/account/security/factors/:id", "/account/security/phone",
            "/account/security/phone/verify", "/account/sessions/end",
        ],
        "they begin or end what is no change of the user": [
            "/admin/users/:id/act", "/admin/impersonation/end", "/sign-in/factor",
            "/sign-in/send", "/sign-in/resume", "/sign-in/passkey/options", "/sign-in/passkey",
            "/sign-in/factor/options", "/sign-in/factor/passkey", "/account/confirm/options",
            "/account/confirm/passkey",
        ],
    ]
}
