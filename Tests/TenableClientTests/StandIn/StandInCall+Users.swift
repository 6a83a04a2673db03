import HTTPTypes
import TenableClient

extension StandInCall {
    /// `GET /users`: all of them, whatever pages were asked for.
    func list(_ accounts: [StandIn.Account], by me: StandIn.Account) -> StandInAnswer {
        let records = accounts.map { account -> JSONValue in
            me.permissions == 64 ? record(account) : brief(account)
        }
        return .json(["users": .array(records)])
    }

    /// `POST /users`.
    func create(_ state: inout StandIn.State) throws(StandInAnswer) -> StandInAnswer {
        var account = StandIn.Account(
            id: state.nextID,
            username: try required("username"),
            password: try strong(try required("password"))
        )
        guard account.username.contains("@") else {
            throw .backEnd(
                400,
                "The username provided is not a part of the current Container's approved domains."
            )
        }
        guard !state.accounts.contains(where: { $0.username == account.username }) else {
            throw .backEnd(409, "Duplicate username")
        }
        account.permissions = try permissions() ?? 16
        account.name = try text("name")
        account.email = try text("email")
        state.nextID += 1
        state.accounts.append(account)
        state.events.append(("user.create", account.username))
        return .json(record(account, isChanged: true))
    }

    /// Everything under `/users/{id}`.
    func user(
        _ state: inout StandIn.State,
        _ me: StandIn.Account
    ) throws(StandInAnswer) -> StandInAnswer {
        let index = try index(state, 1)
        let tail = path.dropFirst(2).joined(separator: "/")
        switch (method, tail) {
        case (.get, ""): return .json(record(state.accounts[index]))
        case (.put, ""):
            try edit(&state.accounts[index])
            return .json(record(state.accounts[index], isChanged: true))
        case (.delete, ""):
            guard state.accounts[index].id != me.id else {
                throw .backEnd(409, "You cannot delete your own account.")
            }
            state.accounts.remove(at: index)
            return era == .early ? .empty : .json([:])
        case (.put, "enabled"):
            state.accounts[index].isEnabled = try bool("enabled")
            return .json(record(state.accounts[index], isChanged: true))
        case (.get, "authorizations"): return .json(authorizations(state.accounts[index]))
        case (.put, "authorizations"):
            guard state.accounts[index].id != me.id else {
                throw .backEnd(409, "You cannot update authorizations for the current user")
            }
            state.accounts[index].permitted = (
                try bool("api_permitted"), try bool("password_permitted"),
                try bool("saml_permitted")
            )
            return era == .early ? .empty : StandInAnswer(status: 204)
        default: return try credentials(&state.accounts[index], tail, isOwn: false)
        }
    }

    /// Passwords, keys and second factors, under `/users/{id}` and `/session`.
    func credentials(
        _ account: inout StandIn.Account,
        _ tail: String,
        isOwn: Bool
    ) throws(StandInAnswer) -> StandInAnswer {
        switch (method, tail) {
        case (.put, "chpasswd"):
            let current = try text("current_password")
            guard current == account.password || (current == nil && !isOwn) else {
                throw .backEnd(400, "Current password is invalid.")
            }
            account.password = try strong(try required("password"))
            return .empty
        case (.put, "keys"):
            account.access = StandInCall.key(after: account.access)
            account.secret = StandInCall.key(after: account.secret)
            return .json([
                "accessKey": .string(account.access), "secretKey": .string(account.secret),
            ])
        case (.put, "two-factor"):
            account.isEmailFactor = try bool("email_enabled")
            let phone = try text("sms_phone") ?? account.phone
            guard try !bool("sms_enabled") || phone != nil else {
                throw .invalid("sms_phone", "is required")
            }
            return .empty
        case (.post, "two-factor/send-verification"):
            guard try required("sms_phone").hasPrefix("+") else {
                throw .invalid("sms_phone", "fails to match the required pattern")
            }
            return .empty
        case (.post, "two-factor/verify-code"):
            guard try required("verification_code") == StandIn.code else {
                throw .backEnd(400, "The verification code is wrong.")
            }
            account.phone = "+15555555555"
            return .empty
        default: throw .notFound
        }
    }

    func edit(_ account: inout StandIn.Account) throws(StandInAnswer) {
        account.permissions = try permissions() ?? account.permissions
        if let name = try text("name") { account.name = name }
        if let email = try text("email") { account.email = email.isEmpty ? nil : email }
        if body["enabled"] != nil { account.isEnabled = try bool("enabled") }
    }

    private func permissions() throws(StandInAnswer) -> Int64? {
        switch body["permissions"] {
        case nil, .null: return nil
        case .integer(let number) where [0, 16, 24, 32, 40, 64].contains(number): return number
        default: throw .invalid("permissions", "must be one of [16, 24, 32, 40, 64]")
        }
    }

    private func strong(_ password: String) throws(StandInAnswer) -> String {
        guard password.count >= 12 else {
            throw .gateway(400, "Bad Request", "The password must have at least 12 characters")
        }
        return password
    }

    private static func key(after key: String) -> String {
        let next: [Character: Character] = ["a": "d", "b": "e", "d": "f", "e": "0"]
        return String(repeating: key.first.flatMap { next[$0] } ?? "1", count: 64)
    }
}
