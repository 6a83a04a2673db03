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

/// What stands in the cells of a user.
private enum UserCells {
    @Sendable static func role(_ user: JSONObject) -> Table.Cell {
        Table.Cell(user.integer("permissions").map(RoleArgument.name) ?? "")
    }

    /// For lists, where there is little room.
    @Sendable static func administersShort(_ user: JSONObject) -> Table.Cell {
        let words = user.texts("administers_by").map { right in
            switch AdministratorRight(rawValue: right) {
            case .role?: "role"
            case .masks?: "masks"
            case nil: right
            }
        }
        return Table.Cell(words.joined(separator: "+"), .notable)
    }

    @Sendable static func administers(_ user: JSONObject) -> Table.Cell {
        // A record that does not say shows nothing.
        guard user["administers_by"] != nil else { return Table.Cell("") }
        let rights = user.texts("administers_by")
        return rights.isEmpty
            ? Table.Cell("no") : Table.Cell("by " + rights.joined(separator: ", "), .notable)
    }

    @Sendable static func state(_ user: JSONObject) -> Table.Cell {
        guard user.flag("enabled") else { return Table.Cell("disabled", .bad) }
        guard !user.flag("expired") else { return Table.Cell("expired", .bad) }
        return user.flag("locked") ? Table.Cell("locked", .notable) : Table.Cell("enabled", .good)
    }

    @Sendable static func groups(_ user: JSONObject) -> Table.Cell {
        Table.Cell(user.objects("groups").compactMap { $0.text("name") }.joined(separator: ", "))
    }

    @Sendable static func hosts(_ user: JSONObject) -> Table.Cell {
        let hosts = user.texts("hosts")
        return Table.Cell(hosts.isEmpty ? "anywhere" : hosts.joined(separator: ", "))
    }

    @Sendable static func masks(_ user: JSONObject) -> Table.Cell {
        let masks = ["readbm", "writebm", "lviewbm"].map { name in
            "\(name) \(MaskArgument.text(user.integer(name) ?? 0))"
        }
        return Table.Cell(masks.joined(separator: ", "))
    }

    @Sendable static func timeout(_ user: JSONObject) -> Table.Cell {
        let seconds = user.integer("timeout") ?? 0
        return Table.Cell(seconds == 0 ? "never" : "\(seconds) s")
    }

    @Sendable static func signInMethods(_ user: JSONObject) -> Table.Cell {
        let methods = [
            ("api_permitted", "API"), ("password_permitted", "password"),
            ("saml_permitted", "SAML"),
        ]
        .filter { user.flag($0.0) }.map(\.1)
        return methods.isEmpty
            ? Table.Cell("none", .bad) : Table.Cell(methods.joined(separator: ", "))
    }

    @Sendable static func secondFactor(_ user: JSONObject) -> Table.Cell {
        func count(_ name: String, _ noun: String) -> String? {
            let count = user.integer("two_factor." + name) ?? 0
            return count > 0 ? Count.text(count, noun) : nil
        }
        let sent = [("two_factor.email_enabled", "e-mail"), ("two_factor.sms_enabled", "SMS")]
        let ways =
            [count("passkeys", "passkey"), count("apps", "app")].compactMap(\.self)
            + sent.filter { user.flag($0.0) }.map(\.1)
        guard !ways.isEmpty else {
            let isRequired = user.flag("two_factor.required")
            return Table.Cell(
                isRequired ? "none, and one is required" : "none",
                isRequired ? .notable : nil
            )
        }
        let left = count("recovery_codes", "recovery code").map { ["\($0) left"] } ?? []
        return Table.Cell((ways + left).joined(separator: ", "))
    }

    @Sendable static func failures(_ user: JSONObject) -> Table.Cell {
        let (now, ever) = (
            user.integer("failed_logins") ?? 0, user.integer("total_failed_logins") ?? 0
        )
        return Table.Cell("\(now), \(ever) ever", now == 0 ? nil : .notable)
    }
}
