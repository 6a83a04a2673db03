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
                ("first_user_number", .integer), ("first_group_number", .integer),
            ],
            key: ["id"]
        ),
    ]
}
