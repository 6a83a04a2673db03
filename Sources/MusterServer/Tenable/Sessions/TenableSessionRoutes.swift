import HTTPTypes
import Hummingbird
import MusterCore
import TenableAPI
import TextBytes
import WireJSON

/// Sessions, and the caller itself, in the Tenable dialect.
///
/// | method | path | needs | answers |
/// |---|---|---|---|
/// | POST | /session | name and password | 200 `{"token"}` and the cookie `token` |
/// | DELETE | /session | anybody | 200 empty |
/// | GET | /session | anybody | 200 record |
/// | PUT | /session | anybody | 200 record |
struct TenableSessionRoutes {
    private let directory: Directory
    private let sessions: SessionService
    private let users: UserService
    private let view: TenableUserView
    private let cookies: SessionCookie

    init(_ directory: Directory, cookies: SessionCookie) {
        self.directory = directory
        sessions = SessionService(directory)
        users = UserService(directory)
        view = TenableUserView(directory)
        self.cookies = cookies
    }

    var routes: [Route] {
        [
            Route(.post, "/session", isOpen: true, logIn),
            Route(.delete, "/session", logOut).givingUp,
            Route(reading: "/session", in: directory, details),
            Route(.put, "/session", edit),
        ]
    }

    @Sendable private func logIn(_ call: Call) async throws -> Response {
        let body = try call.loginBody()
        let issued = try await sessions.logIn(
            LoginRequest(
                username: body.username,
                password: Secret(body.password),
                code: body.code.map { Secret($0) },
                program: call.program
            ),
            from: call.origin
        )
        var response = issued.token.withExposedValue { token in
            Response.json { json in
                json.object { json in
                    json.member("token", token)
                    if let left = issued.recoveryCodesLeft {
                        json.member("recovery_codes_left", left)
                    }
                }
            }
        }
        response.headers[.setCookie] = cookies.setting(issued.token, for: call)
        return response
    }

    @Sendable private func logOut(_ call: Call) async throws -> Response {
        try await sessions.logOut(try call.principal)
        var response = Response.empty
        response.headers[.setCookie] = cookies.clearing(for: call)
        return response
    }

    @Sendable private func details(_ call: ReadCall) throws(MusterError) -> Answer? {
        let user = try users.details(.oneself, by: call.principal, in: call.reader)
        let record = view.record(user)
        let groups = try GroupService(directory).groups(of: user, in: call.reader)
        return Answer.json(reserving: 1536) { json in
            json.object { json in
                record.writeMembers(to: &json)
                json.member("container_id", 1)
                json.member("container_name", "Muster")
                json.name("groups")
                json.array { json in
                    for group in groups { GroupRecord(group, in: directory).write(to: &json) }
                }
                json.name("features")
                json.object { json in
                    json.member("users", true)
                    json.member("groups", true)
                    json.member("two_factor", true)
                    json.member("saml", false)
                }
                json.name("apps")
                json.object { _ in }
            }
        }
    }

    @Sendable private func edit(_ call: Call) async throws -> Response {
        let user = try await users.edit(.oneself, by: try call.callerForChange) {
            () throws(MusterError) in
            try call.editRequest()
        } for: { body, oneself throws(MusterError) in
            try body.changes(of: oneself.username, ofOneself: true)
        }
        let record = view.record(user)
        return Response.json { record.write(to: &$0) }
    }
}

extension Call {
    /// The body of a login, as JSON or as a form.
    fileprivate func loginBody() throws(MusterError) -> LoginBody {
        let type = request.headers[.contentType] ?? ""
        guard type.begins(with: "application/x-www-form-urlencoded"),
            body.readableBytesView.first != UInt8(ascii: "{")
        else { return try read(LoginBody.init) }
        let form = try QueryItems(
            bytes: body.readableBytesView,
            upTo: TextLimit.passwordField
        )
        guard let username = try form.text("username") else {
            throw .invalid(
                "username",
                "child \"username\" fails because [\"username\" is required]"
            )
        }
        guard let password = try form.text("password", upTo: TextLimit.passwordField) else {
            throw .invalid(
                "password",
                "child \"password\" fails because [\"password\" is required]"
            )
        }
        return LoginBody(
            username: username,
            password: password,
            code: try form.text("verification_code", upTo: TextLimit.passwordField)
        )
    }
}
