import MusterCore
import WireJSON

extension RecordLayout {
    /// A user.
    static let user = RecordLayout(
        "users",
        columns: [
            Column("Id", "id"), Column("Username", "username"), Column("Name", "name"),
            Column("Role", UserCells.role), Column("Administers", UserCells.administersShort),
            Column("State", UserCells.state), .time("Last login", "last_login"),
        ],
        details: [
            Column("Id", "id"), Column("UUID", "uuid"), Column("Username", "username"),
            Column("Name", "name"), Column("E-mail", "email"), Column("Role", UserCells.role),
            .administers,
            Column("State", UserCells.state), .time("Expires", "expires_at"),
            Column("Note", "note"), Column("Groups", UserCells.groups),
            Column("Hosts", UserCells.hosts), Column("Masks", UserCells.masks),
            Column("Timeout", UserCells.timeout), Column("Sign-in", UserCells.signInMethods),
            Column("Second factor", UserCells.secondFactor), Column("SSH keys", "ssh_keys"),
            .flag("API keys", "has_api_keys"), .flag("Password", "has_password"),
            Column("Failed logins", UserCells.failures), .time("Last login", "last_login"),
            .time("Last key use", "last_key_use"), .time("Created", "created_at"),
            .time("Changed", "changed_at"), Column("External id", "external_id"),
        ] + PersonCells.columns,
        fields: [
            "id", "uuid", "username", "name", "email", "permissions", "enabled", "locked", "hosts",
            "readbm", "writebm", "lviewbm", "timeout", "api_permitted", "password_permitted",
            "saml_permitted", "last_login", "created_at", "changed_at", "administers_by",
            "expires_at", "expired", "note", "two_factor.required", "two_factor.email_enabled",
            "two_factor.sms_enabled", "two_factor.apps", "two_factor.passkeys",
        ]
    )
}

extension Column {
    /// Whether a user may administer users, and by what.
    static let administers = Column("Administers", UserCells.administers)
}

/// What is known of a user as a person, a line each; what is not known has none.
private enum PersonCells {
    static let columns =
        CSVPerson.columns.map { name, place in
            Column(title(name)) { user in
                guard case .object(let person)? = user["person"] else { return Table.Cell("") }
                return Table.Cell(CSVPerson.text(at: place, in: person))
            }
        } + [Column("Other e-mail", otherAddresses)]

    /// `work_phone` as people read it.
    private static func title(_ name: String) -> String {
        var bytes = name.utf8.map { $0 == UInt8(ascii: "_") ? UInt8(ascii: " ") : $0 }
        if let first = bytes.first { bytes[0] = first & ~0x20 }
        return String(decoding: bytes, as: UTF8.self)
    }

    @Sendable private static func otherAddresses(_ user: JSONObject) -> Table.Cell {
        let addresses = user.objects("person.emails").compactMap { $0.text("value") }
        return Table.Cell(addresses.joined(separator: ", "))
    }
}
