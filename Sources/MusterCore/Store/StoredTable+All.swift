extension StoredTable {
    /// Users, and what belongs to each alone.
    static let users = [
        StoredTable(
            name: "\"user\"",
            columns: [
                ("id", .integer), ("uuid", .uuid), ("username", .text), ("name", .text),
                ("email", .text), ("role", .integer), ("read_mask", .integer),
                ("write_mask", .integer), ("liveview_mask", .integer), ("hosts", .text),
                ("inactivity_timeout_s", .integer), ("is_enabled", .truth),
                ("expires_at", .integer), ("note", .text), ("api_permitted", .truth),
                ("password_permitted", .truth), ("saml_permitted", .truth),
                ("second_factor_required", .truth), ("phone_sealed", .bytes),
                ("phone_verified", .truth), ("sms_enabled", .truth), ("email_enabled", .truth),
                ("login_failure_count", .integer), ("login_failure_total", .integer),
                ("last_login_failure_at", .integer), ("last_login_at", .integer),
                ("last_login_closing_at", .integer), ("last_key_use_at", .integer),
                ("created_at", .integer), ("changed_at", .integer),
            ],
            key: ["id"],
            isCounted: true
        ),
        StoredTable(
            name: "\"person\"",
            columns: [("user_id", .integer), ("external_id", .text), ("document", .text)],
            key: ["user_id"]
        ),
        StoredTable(
            name: "\"person_address\"",
            columns: [("user_id", .integer), ("place", .integer), ("address", .text)],
            key: ["user_id", "place"]
        ),
        StoredTable(
            name: "\"password\"",
            columns: [
                ("user_id", .integer), ("hash", .text), ("is_temporary", .truth),
                ("changed_at", .integer),
            ],
            key: ["user_id"]
        ),
        StoredTable(
            name: "\"former_password\"",
            columns: [("id", .integer), ("user_id", .integer), ("hash", .text)],
            key: ["id"],
            isCounted: true
        ),
        StoredTable(
            name: "\"api_key\"",
            columns: [
                ("user_id", .integer), ("access_key", .text), ("secret_digest", .bytes),
                ("created_at", .integer),
            ],
            key: ["user_id"]
        ),
        StoredTable(
            name: "\"ssh_key\"",
            columns: [
                ("id", .integer), ("user_id", .integer), ("type", .text), ("blob", .bytes),
                ("fingerprint", .text), ("added_at", .integer),
            ],
            key: ["id"],
            isCounted: true
        ),
    ]

    /// Sessions, factors, and what is on its way between a login and its end.
    static let logins = [
        StoredTable(
            name: "\"session\"",
            columns: [
                ("token_digest", .bytes), ("user_id", .integer), ("created_at", .integer),
                ("last_seen_at", .integer), ("address", .text), ("authenticated_at", .integer),
                ("methods", .text),
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

    /// Groups, the log, and the directory itself, which comes last: while it is missing a copy is not complete.
    static let others = [
        StoredTable(
            name: "\"user_group\"",
            columns: [
                ("id", .integer), ("uuid", .uuid), ("name", .text), ("managed_by_saml", .truth),
                ("look", .text), ("member_count", .counted), ("external_id", .text),
                ("created_at", .integer), ("changed_at", .integer),
            ],
            key: ["id"],
            isCounted: true
        ),
        StoredTable(
            name: "\"group_member\"",
            columns: [("group_id", .integer), ("user_id", .integer)],
            key: ["group_id", "user_id"]
        ),
        StoredTable(
            name: "\"audit_event\"",
            columns: [
                ("id", .integer), ("event_id", .text), ("at", .integer), ("action", .text),
                ("is_failure", .truth), ("actor_kind", .text), ("actor_uuid", .uuid),
                ("actor_name", .text), ("impersonated_kind", .text), ("impersonated_uuid", .uuid),
                ("impersonated_name", .text), ("address", .text), ("request_id", .text),
                ("target_kind", .text), ("target_uuid", .uuid), ("target_name", .text),
                ("fields", .text),
            ],
            key: ["id"],
            isCounted: true
        ),
        StoredTable(
            name: "\"refusal\"",
            columns: [("minute", .integer), ("source", .text), ("count", .integer)],
            key: ["minute", "source"]
        ),
        StoredTable(
            name: "\"key_check\"",
            columns: [("id", .integer), ("box", .bytes)],
            key: ["id"]
        ),
        StoredTable(
            name: "\"directory\"",
            columns: [
                ("id", .integer), ("uuid", .uuid), ("founded_at", .integer),
                ("owner_id", .integer), ("revision", .integer),
            ],
            key: ["id"]
        ),
    ]
}
