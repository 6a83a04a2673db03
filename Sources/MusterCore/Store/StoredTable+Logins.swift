extension StoredTable {
    /// Sessions, factors, and what is on its way between a login and its end.
    static let logins = [
        StoredTable(
            name: "\"session\"",
            columns: [
                ("token_digest", .bytes), ("user_id", .integer), ("created_at", .integer),
                ("last_seen_at", .integer), ("address", .text), ("authenticated_at", .integer),
                ("methods", .text), ("program", .text),
            ],
            key: ["token_digest"]
        ),
        StoredTable(
            name: "\"ended_session\"",
            columns: [
                ("token_digest", .bytes), ("reason", .text), ("ended_at", .integer),
                ("user_id", .integer),
            ],
            key: ["token_digest"]
        ),
        StoredTable(
            name: "\"factor\"",
            columns: [
                ("id", .integer), ("user_id", .integer), ("label", .text),
                ("created_at", .integer), ("last_used_at", .integer), ("failure_count", .integer),
                ("secret_sealed", .bytes), ("last_step", .integer), ("tries_left", .integer),
                ("credential_id", .bytes), ("public_key", .bytes), ("model", .bytes),
                ("counter", .integer), ("is_backup_eligible", .truth), ("is_backed_up", .truth),
                ("site", .text),
            ],
            key: ["id"],
            isCounted: true
        ),
        StoredTable(
            name: "\"passkey_owner\"",
            columns: [("user_id", .integer), ("handle", .bytes)],
            key: ["user_id"]
        ),
        StoredTable(
            name: "\"recovery_code\"",
            columns: [("code_digest", .bytes), ("user_id", .integer)],
            key: ["code_digest"]
        ),
        StoredTable(
            name: "\"factor_failure\"",
            columns: [("user_id", .integer), ("factor", .text), ("count", .integer)],
            key: ["user_id", "factor"]
        ),
        StoredTable(
            name: "\"ceremony\"",
            columns: [
                ("digest", .bytes), ("user_id", .integer), ("purpose", .text),
                ("session_digest", .bytes), ("password_changed_at", .integer),
                ("challenge", .bytes), ("issued_at", .integer), ("tries_left", .integer),
            ],
            key: ["digest"]
        ),
        StoredTable(
            name: "\"verification_code\"",
            columns: [
                ("user_id", .integer), ("code_digest", .bytes), ("phone_sealed", .bytes),
                ("issued_at", .integer), ("tries_left", .integer),
            ],
            key: ["user_id"]
        ),
        StoredTable(
            name: "\"login_source\"",
            columns: [
                ("user_id", .integer), ("source", .text), ("failure_count", .integer),
                ("last_failure_at", .integer), ("last_success_at", .integer),
            ],
            key: ["user_id", "source"]
        ),
        StoredTable(
            name: "\"sent_code\"",
            columns: [
                ("id", .integer), ("at", .integer), ("user_id", .integer), ("channel", .text),
                ("recipient", .bytes),
            ],
            key: ["id"],
            isCounted: true
        ),
    ]
}
