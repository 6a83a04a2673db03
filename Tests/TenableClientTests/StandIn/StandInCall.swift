import ClientTestSupport
import HTTPTypes
import TenableClient

/// One request at the stand-in.
struct StandInCall {
    let method: HTTPRequest.Method
    let path: [String]
    let query: String
    let body: JSONObject
    let era: StandIn.Era
    private let fields: HTTPFields

    init(_ request: Received, era: StandIn.Era) {
        let parts = request.target.split(separator: "?", maxSplits: 1)
        method = request.method
        path = (parts.first ?? "").split(separator: "/").map(String.init)
        query = parts.count > 1 ? String(parts[1]) : ""
        if case .object(let object)? = try? JSONValue(parsing: request.body.utf8) {
            body = object
        } else {
            body = JSONObject()
        }
        fields = request.fields
        self.era = era
    }

    /// Answers: who asks first, then what about.
    mutating func answer(_ state: inout StandIn.State) throws(StandInAnswer) -> StandInAnswer {
        switch (method, path.joined(separator: "/")) {
        case (.get, "server/status"): return .json(["code": 200, "status": "ready"])
        case (.post, "session"): return try logIn(&state)
        default: break
        }
        let caller = try caller(state)
        let me = state.accounts[caller]
        switch path.first {
        case "session": return try session(&state, caller)
        case "users":
            if method == .get, path.count == 1 { return list(state.accounts, by: me) }
            guard me.permissions == 64 else { throw .tooSmall }
            return try path.count == 1 ? create(&state) : user(&state, me)
        case "groups": return try groups(&state, me)
        case "server": return .json(["nessus_type": "tenable.io", "force_ui_reload": false])
        case "access-control": return try roles(&state, me)
        case "audit-log":
            guard me.permissions == 64 else { throw .tooSmall }
            return events(state)
        default: throw .notFound
        }
    }

    func text(_ name: String) throws(StandInAnswer) -> String? {
        switch body[name] {
        case nil, .null: return nil
        case .string(let text): return text
        default: throw .invalid(name, "must be a string")
        }
    }

    func required(_ name: String) throws(StandInAnswer) -> String {
        guard let text = try text(name) else { throw .invalid(name, "is required") }
        return text
    }

    func bool(_ name: String) throws(StandInAnswer) -> Bool {
        guard case .bool(let flag)? = body[name] else { throw .invalid(name, "is required") }
        return flag
    }

    /// Where the account is that a part of the path names, by number or UUID.
    func index(_ state: StandIn.State, _ part: Int) throws(StandInAnswer) -> Int {
        let text = path[part].lowercased()
        let index = state.accounts.firstIndex { "\($0.id)" == text || $0.uuid == text }
        guard let index else { throw .notFound }
        return index
    }

    private func logIn(_ state: inout StandIn.State) throws(StandInAnswer) -> StandInAnswer {
        let username = try required("username")
        let password = try required("password")
        let index = state.accounts.firstIndex {
            $0.username == username && $0.password == password && $0.isEnabled
                && $0.permitted.password
        }
        guard let index else { throw .gateway(401, "Unauthorized", "Invalid credentials.") }
        let token = String(repeating: "c", count: 47) + "\(state.sessions.count)"
        state.sessions[token] = state.accounts[index].id
        state.accounts[index].hasLoggedIn = true
        var answer = StandInAnswer.json(["token": .string(token)])
        answer.fields[.setCookie] = "token=\(token); HttpOnly; Path=/; SameSite=Strict"
        return answer
    }

    /// Where the account of the caller is.
    private func caller(_ state: StandIn.State) throws(StandInAnswer) -> Int {
        let found = try authenticated(state)
        guard let header = fields[.named("X-Impersonate")] else { return found }
        let name = header.dropFirst("username=".count)
        let target = state.accounts.firstIndex { $0.username == name && $0.isEnabled }
        guard let target, state.accounts[found].permissions == 64 else { throw .forbidden }
        return target
    }

    private func authenticated(_ state: StandIn.State) throws(StandInAnswer) -> Int {
        if let cookie = fields[.named("X-Cookie")], cookie.hasPrefix("token=") {
            let id = state.sessions[String(cookie.dropFirst(6))]
            let index = state.accounts.firstIndex { $0.id == id && $0.isEnabled }
            guard let index else { throw .gateway(401, "Unauthorized", "Invalid credentials.") }
            return index
        }
        guard let keys = fields[.named("X-ApiKeys")] else {
            throw .gateway(401, "Unauthorized", "Missing authentication")
        }
        let index = state.accounts.firstIndex {
            keys == "accessKey=\($0.access); secretKey=\($0.secret)" && $0.isEnabled
                && $0.permitted.api
        }
        guard let index else { throw .gateway(401, "Unauthorized", "Invalid credentials.") }
        return index
    }
}
