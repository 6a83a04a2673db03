import TenableClient

extension StandInCall {
    /// What callers below Administrator see.
    func brief(_ account: StandIn.Account) -> JSONValue {
        [
            "uuid": .string(account.uuid), "id": .integer(account.id),
            "username": .string(account.username),
            "email": .string(account.email ?? account.username),
        ]
    }

    /// A record as it was at that time; create and edit answer with fewer members, or with other ones.
    func record(_ account: StandIn.Account, isChanged: Bool = false) -> JSONValue {
        var members: [(name: String, value: JSONValue)] = [
            ("uuid", .string(account.uuid)), ("id", .integer(account.id)),
            ("user_name", .string(account.username)), ("username", .string(account.username)),
            ("email", .string(account.email ?? account.username)), ("type", "local"),
            ("permissions", .integer(account.permissions)),
            ("login_fail_count", 0), ("login_fail_total", 0),
            ("enabled", .bool(account.isEnabled)),
            ("container_uuid", .string(StandIn.container)), ("uuid_id", .string(account.uuid)),
        ]
        if account.hasLoggedIn { members.append(("lastlogin", 1_727_938_102_779)) }
        switch era {
        case .early:
            members.append(("name", .string(account.name ?? account.username)))
            members.append(("last_login_attempt", 0))
            guard isChanged else { break }
            members += [("aggregate", true), ("whatsnew_version", "")]
        case .recent:
            if let name = account.name { members.append(("name", .string(name))) }
            members.append(("lockout", 0))
            guard !isChanged else { break }
            members += [
                ("undeletable", .bool(account.id == 2)), ("preferences", [:]),
                ("group_uuids", .array(groupUUIDs(account))), ("ui_permitted", true),
                ("ui_saml_only", false), ("api_permitted", .bool(account.permitted.api)),
            ]
            guard account.phone != nil || account.isEmailFactor else { break }
            members.append(("two_factor", twoFactor(account)))
        }
        return .object(JSONObject(members))
    }

    func authorizations(_ account: StandIn.Account) -> JSONValue {
        [
            "account_uuid": .string(StandIn.container), "user_uuid": .string(account.uuid),
            "api_permitted": .bool(account.permitted.api),
            "password_permitted": .bool(account.permitted.password),
            "saml_permitted": .bool(account.permitted.saml),
        ]
    }

    func group(_ group: (id: Int64, name: String), count: Int?) -> JSONValue {
        var members: [(name: String, value: JSONValue)] = [
            ("uuid", .string(StandIn.uuid(group.id))), ("name", .string(group.name)),
            ("permissions", 0), ("container_uuid", .string(StandIn.container)),
            ("id", .integer(group.id)),
        ]
        if let count { members.append(("user_count", .integer(Int64(count)))) }
        return .object(JSONObject(members))
    }

    private func groupUUIDs(_ account: StandIn.Account) -> [JSONValue] {
        account.groups.sorted().map { .string(StandIn.uuid($0)) }
            + ["00000000-0000-0000-0000-000000000000"]
    }

    private func twoFactor(_ account: StandIn.Account) -> JSONValue {
        [
            "sms_phone": account.phone.map { .string($0) } ?? .null,
            "sms_enabled": account.phone == nil ? 0 : 1,
            "email_enabled": account.isEmailFactor ? 1 : 0,
        ]
    }
}
