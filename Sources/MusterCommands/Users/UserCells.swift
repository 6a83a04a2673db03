import MusterCore
import WireJSON

/// What stands in the cells of a user.
enum UserCells {
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
