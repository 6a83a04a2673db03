import HTTPTypes
import Hummingbird
import MusterAPI
import MusterCore

/// Sessions in the native API.
struct NativeSessionRoutes {
    private let sessions: SessionService

    init(_ directory: Directory) {
        sessions = SessionService(directory)
    }

    var routes: [Route] {
        [
            NativeRoutes.route(.get, "/sessions", isList: true, list),
            NativeRoutes.route(.post, "/sessions", isOpen: true, logIn),
            NativeRoutes.route(.delete, "/sessions/current", logOut),
            NativeRoutes.route(.delete, "/sessions/:id", revoke),
            NativeRoutes.route(.delete, "/users/:ref/sessions", revokeAll),
        ]
    }

    @Sendable private func list(_ call: Call) async throws -> Response {
        let principal = try call.principal
        try principal.requireSettledAccount()
        let items = try call.query()
        let most = try items.limit(upTo: SessionQuery.maximumLimit) ?? SessionQuery.maximumLimit
        let user = items["user"].map { UserReference(native: $0) }
        let list = try await first(min(most, NativeSessionRoutes.batchSize), of: user, principal)
        let count = list.sessions.count
        let stream = NativeSessionStream(
            sessions: sessions,
            principal: principal,
            list: list,
            most: most
        )
        guard count < most, count == NativeSessionRoutes.batchSize else {
            let answer = Answer.json(reserving: 64 + count * NativeSessionRoutes.capacity) { json in
                NativeSessionStream.begin(&json)
                stream.write(list.sessions, to: &json)
                stream.end(&json)
            }
            return try Response.page(answer, for: principal.payer)
        }
        return try Response.list(stream, for: principal.payer)
    }

    /// The first sessions of a list; of everybody's, which are counted, when the caller's turn has come.
    private func first(
        _ limit: Int,
        of user: UserReference?,
        _ principal: Principal
    ) async throws(MusterError) -> SessionList {
        guard user == nil, principal.isAdministrator else {
            return try await sessions.list(by: principal) { () throws(MusterError) in (user, limit)
            }
        }
        return try await SearchTurns.users.run(for: principal) { () async throws(MusterError) in
            try await sessions.list(by: principal) { () throws(MusterError) in (user, limit) }
        }
    }

    @Sendable private func logIn(_ call: Call) async throws -> Response {
        let body = try call.readObject(LoginBody.init)
        let issued = try await sessions.logIn(
            LoginRequest(
                username: body.username,
                password: Secret(body.password),
                code: body.code.map { Secret($0) },
                program: call.program
            ),
            from: call.origin
        )
        let record = issued.token.withExposedValue { token in
            IssuedSessionRecord(
                token: token,
                userID: issued.user.id.rawValue,
                username: issued.user.username.text,
                recoveryCodesLeft: issued.recoveryCodesLeft.map(Int64.init)
            )
        }
        return Response.json(.created) { record.write(to: &$0) }
    }

    @Sendable private func logOut(_ call: Call) async throws -> Response {
        try await sessions.logOut(try call.principal)
        return Response(status: .noContent)
    }

    /// How many sessions are read at a time, at most.
    static let batchSize = 500

    /// Room for one session.
    static let capacity = 256

    @Sendable private func revoke(_ call: Call) async throws -> Response {
        try await sessions.revoke(SessionID(call.parameter("id")), by: try call.callerForChange)
        return Response(status: .noContent)
    }

    @Sendable private func revokeAll(_ call: Call) async throws -> Response {
        try await sessions.revokeAll(of: try call.nativeUser(), by: try call.callerForChange)
        return Response(status: .noContent)
    }
}
