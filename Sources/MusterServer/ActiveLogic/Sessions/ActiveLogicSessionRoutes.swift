import ActiveLogicAPI
import Hummingbird
import MusterCore
import WireJSON

/// Sessions, and the check of somebody else's password, in the ActiveLogic dialect.
struct ActiveLogicSessionRoutes {
    private let directory: Directory
    private let sessions: SessionService
    private let users: UserService
    private let checks: CredentialCheckService

    init(_ directory: Directory) {
        self.directory = directory
        sessions = SessionService(directory)
        users = UserService(directory)
        checks = CredentialCheckService(directory)
    }

    var routes: [Route] {
        [
            ActiveLogicRoutes.route(.post, "/sessions", isOpen: true, logIn),
            ActiveLogicRoutes.reading("/sessions", in: directory, details),
            ActiveLogicRoutes.route(.delete, "/sessions", logOut),
            // A caller that is often refused waits before the next answer.
            ActiveLogicRoutes.route(.post, "/authenticate", waitsLong: true, authenticate),
        ]
    }

    @Sendable private func logIn(_ call: Call) async throws -> Response {
        let body = try call.read(LoginArguments.init)
        let issued = try await sessions.logIn(
            LoginRequest(
                username: body.username,
                password: Secret(body.password),
                code: body.code.map { Secret($0) },
                program: call.program
            ),
            from: call.origin
        )
        let revision = try await Revision.present(in: directory)
        return Response(answer(issued.user, issued.token, revision))
    }

    /// Who asks and what the server can do, for callers who never logged in: those with API keys.
    @Sendable private func details(_ call: ReadCall) throws(MusterError) -> Answer? {
        let user = try users.details(.oneself, by: call.principal, in: call.reader)
        return answer(user, nil, try call.reader.revision())
    }

    private func answer(_ user: User, _ token: Secret<String>?, _ revision: Int64) -> Answer {
        Answer.json { json in
            json.object { json in
                token?.withExposedValue { json.member("token", $0) }
                json.name("user")
                UserRecord(user).write(to: &json)
                json.name("capabilities")
                json.array { json in
                    for capability in Capability.all { json.string(capability) }
                }
                json.member("revision", revision)
            }
        }
    }

    @Sendable private func logOut(_ call: Call) async throws -> Response {
        try await sessions.logOut(try call.principal)
        return Response(status: .noContent)
    }

    @Sendable private func authenticate(_ call: Call) async throws -> Response {
        try call.principal.requireReader()
        let body = try call.read(AuthenticateArguments.init)
        let masks = try await checks.check(
            LoginRequest(username: body.username, password: Secret(body.password)),
            from: body.address,
            by: try call.principal
        )
        return Response.json { json in
            json.object { json in
                json.member("lviewbm", masks.liveview)
                json.member("readbm", masks.read)
                json.member("writebm", masks.write)
            }
        }
    }
}
