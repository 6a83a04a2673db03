import HTTPTypes
import Hummingbird
import MusterAPI
import MusterCore
import MusterTesting
import NIOCore
import Testing

@testable import MusterServer

/// What a browser keeps of a session of the console.
struct ConsoleVisit: Sendable {
    let cookies: String
    /// The token of the session's forms.
    let token: String
    /// Whether its owner acts in the name of the user of the scene.
    let isActing: Bool
}

/// A login whose password was right.
struct BegunLogin: Sendable {
    let path: String
    let fields: HTTPFields
    let body: String
}

/// The ways in that browsers take, and those that need two steps.
extension AdmissionScene {
    /// The session that a way in needs; nil if it needs none.
    func visit(_ way: WayIn) async throws -> ConsoleVisit? {
        switch way.call {
        case .look(_, let proof), .form(let proof):
            WayIn.Proof.console.contains(proof) ? try await visit(proof) : nil
        default: nil
        }
    }

    /// Begins a session of the console.
    func visit(_ proof: WayIn.Proof) async throws -> ConsoleVisit {
        let (directory, isActing) = (test.directory, proof == .consoleWord)
        let origin = TestDirectory.origin(IPAddress("198.51.100.1"))
        let issued = try await SessionService(directory, opening: .console).logIn(
            LoginRequest(
                username: isActing ? TestDirectory.administratorName : jane.username.text,
                password: Secret(Self.password)
            ),
            from: origin
        )
        let name = ConsoleCookie.session.rawValue
        var cookies = issued.token.withExposedValue { "\(name)=\($0)" }
        if isActing {
            let owner = try await test.authenticator.authenticate(
                .consoleSession(token: issued.token),
                from: origin
            )
            let acting = try #require(ActingCookie(of: owner, directory.digester))
            let word = ConsoleCookie.impersonation.rawValue
            cookies += "; \(word)=\(acting.value(for: jane.username.text))"
        }
        let token = FormToken(directory).text(forNew: issued)
        return ConsoleVisit(cookies: cookies, token: token, isActing: isActing)
    }

    /// Asks for a page.
    func look(_ path: String, _ visit: ConsoleVisit) async throws -> (Verdict, String) {
        let response = try await send(.get, path, [.cookie: visit.cookies])
        return try await Self.read(response, visit)
    }

    /// Sends a form of administration, which asks for no other proof.
    func send(
        _ visit: ConsoleVisit,
        _ arriving: @escaping @Sendable () async -> Void
    ) async throws -> (Verdict, String) {
        var fields = Self.formFields
        fields[.cookie] = visit.cookies
        let body = "name=Others&token=\(visit.token)"
        let response = try await send(.post, "/admin/groups", fields, Self.body(body, arriving))
        return try await Self.read(response, visit)
    }

    /// Signs in by the form.
    func signIn(
        _ arriving: @escaping @Sendable () async -> Void
    ) async throws -> (Verdict, String) {
        let response = try await send(
            .post,
            WayIn.signIn,
            Self.formFields,
            Self.body(Self.form, arriving)
        )
        return try await Self.read(response)
    }

    /// Gives the password of a user who gets codes by mail; how the login goes on.
    func beginLogin(_ path: String) async throws -> BegunLogin {
        var jane = try await test.current(jane)
        jane.secondFactor = SecondFactor(isEmailEnabled: true)
        try await test.overwrite(jane)
        if path == WayIn.signIn {
            let response = try await send(.post, path, Self.formFields, Self.body(Self.form))
            let name = ConsoleCookie.login.rawValue
            let cookie = response.headers[values: .setCookie].first { $0.hasPrefix("\(name)=") }
            var fields = Self.formFields
            fields[.cookie] = String(try #require(cookie).prefix { $0 != ";" })
            let code = try #require(test.codes.lastCode).withExposedValue(\.self)
            return BegunLogin(path: "/sign-in/factor", fields: fields, body: "code=\(code)")
        }
        let (_, text) = try await verdict(
            .post,
            path,
            [:],
            #"{"username":"jane@example.com","password":"\#(Self.password)"}"#
        )
        let handle = try #require(text.firstMatch(of: /"login":"([0-9a-f]{64})"/)).output.1
        let code = try #require(test.codes.lastCode).withExposedValue(\.self)
        return BegunLogin(
            path: "/muster/v1/logins/\(handle)",
            fields: [:],
            body: #"{"code":"\#(code)"}"#
        )
    }

    /// Ends a login by the code.
    func finish(
        _ begun: BegunLogin,
        _ arriving: @escaping @Sendable () async -> Void
    ) async throws -> (Verdict, String) {
        guard begun.path == "/sign-in/factor" else {
            return try await verdict(.post, begun.path, begun.fields, begun.body, arriving)
        }
        let body = Self.body(begun.body, arriving)
        return try await Self.read(try await send(.post, begun.path, begun.fields, body))
    }

    /// Gives the user a passkey.
    func addPasskey() async throws -> TestAuthenticator {
        var key = TestAuthenticator(9)
        let origin = try await test.asUser(jane)
        let options = try await test.factors.passkeyOptions(by: origin) { () throws(MusterError) in
            Secret(Self.password)
        }
        key.userHandle = options.userHandle
        let attestation = key.attestation(options.challenge)
        _ = try await test.factors.addPasskey(by: origin) { () throws(MusterError) in
            (nil, attestation)
        }
        return key
    }

    /// Comes in with a passkey alone.
    func comeIn(
        with key: TestAuthenticator,
        beginningAt path: String,
        _ arriving: @escaping @Sendable () async -> Void
    ) async throws -> (Verdict, String) {
        let isConsole = path.hasPrefix(WayIn.signIn)
        var fields: HTTPFields = isConsole ? [.secFetchSite: "same-origin"] : [:]
        fields[.contentType] = "application/json"
        let options = try await send(.post, path, fields, Self.body("{}")).text()
        let login = try #require(options.firstMatch(of: /"login":"([0-9a-f]+)"/)).output.1
        let challenge = try #require(options.firstMatch(of: /"challenge":"([A-Za-z0-9_-]+)"/))
        let bytes = try #require(Base64URL.bytes(String(challenge.output.1)))
        let body = FactorWords.assertion(bytes, by: 9, of: key.userHandle)
        guard isConsole else {
            return try await verdict(.post, "/muster/v1/logins/\(login)", [:], body, arriving)
        }
        fields[.xMusterLogin] = String(login)
        let sent = Self.body(body, arriving)
        return try await Self.read(try await send(.post, "/sign-in/passkey", fields, sent))
    }

    private static let form = "username=jane%40example.com&password=\(password)"

    static let formFields: HTTPFields = [
        .secFetchSite: "same-origin", .contentType: "application/x-www-form-urlencoded",
    ]

    private static func body(
        _ text: String,
        _ arriving: @escaping @Sendable () async -> Void = {}
    ) -> [ArrivingBody.Piece] {
        [
            {
                await arriving()
                return ByteBuffer(string: text)
            }
        ]
    }

    /// What an answer of the console means: a page, or where its reader is sent.
    private static func read(
        _ response: Response,
        _ visit: ConsoleVisit? = nil
    ) async throws -> (Verdict, String) {
        let (place, page) = (response.headers[.location], try await response.text())
        let text = page.replacing(/name="(once|token)" value="[0-9a-f]*"/, with: "")
        switch (response.status.code, place) {
        case (303, let place?) where place.hasPrefix(WayIn.signIn): return (.refused, place)
        case (303, "/account/password"), (303, "/account/security"): return (.limited, "")
        case (200..<400, _): return (.admitted, text)
        case (401, _), (422, _): return (.refused, text)
        default:
            #expect(response.status == .forbidden, "\(response.status) \(text)")
            let isStranger = text.contains(#"action="/sign-in""#)
            let isWord = visit?.isActing == true && text.contains("impersonation_refused")
            return (isStranger || isWord ? .refused : .limited, text)
        }
    }
}
