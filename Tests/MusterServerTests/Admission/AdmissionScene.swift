import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import MusterCore
import MusterTesting
import NIOCore
import StoreTesting
import Testing

@testable import MusterServer

/// A directory with somebody who comes in by every way there is, until a rule bars it.
struct AdmissionScene: Sendable {
    static let password = "Correct-Horse-7"

    let test: TestDirectory
    private let store: FaultyStore
    private let server: TestServer
    private let local: LocalResponder
    private let token: LocalAdminToken
    private let keys: APIKeyPair
    private let session: IssuedSession
    /// Who comes in, an administrator in every dialect.
    let jane: User
    private let mary: User
    let bar: Bar

    init(_ bar: Bar) async throws {
        self.bar = bar
        let scope = bar == .lockedEverywhere ? LockoutRule.Scope.account : .network
        store = try FaultyStore()
        test = try await TestDirectory(
            rules: DirectoryRules(
                lockout: LockoutRule(duration: .seconds(900), scope: scope),
                publicURL: DirectoryRules.withPasskeys.publicURL
            ),
            store: store.presented
        )
        token = LocalAdminToken(test.directory)
        server = TestServer(test, localAdminToken: token, dialects: .served)
        local = LocalResponder(
            test.directory,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        var jane = try await test.makeUser("jane@example.com", role: .administrator)
        jane.masks = .all
        try await test.overwrite(jane)
        self.jane = jane
        mary = try await test.makeUser("mary@example.com")
        keys = try await test.keys.rotate(.user(.id(jane.id)), by: test.asAdministrator)
        session = try await test.logIn("jane@example.com", from: IPAddress("198.51.100.1"))
        _ = try await test.sshKeys.add(to: .id(jane.id), by: test.asMaskAdministrator) {
            () throws(MusterError) in (RightsScene.keyLine(0x42), nil)
        }
    }

    /// Where the request comes from.
    private var address: String? { bar == .addressUnknown ? nil : "192.0.2.1" }

    /// Lets the rule hold.
    private func fall() async {
        do {
            try await bar.fall(on: jane, in: test)
        } catch {
            Issue.record(error, "\(bar.rawValue)")
        }
    }

    /// What becomes of a way in, and the answer that says so.
    func verdict(_ way: WayIn) async throws -> (verdict: Verdict, text: String) {
        var begun: BegunLogin?
        var key: TestAuthenticator?
        if case .secondStep(let path) = way.call { begun = try await beginLogin(path) }
        if case .passkey = way.call { key = try await addPasskey() }
        let visit = try await visit(way)
        var bound: Principal?
        if case .bound = way.call { bound = try await bind() }
        switch way.moment {
        case .before: await fall()
        case .underWay: break
        case .atTheChange: store.before(change: 0) { await fall() }
        }
        let isUnderWay = way.moment == .underWay
        let arriving: @Sendable () async -> Void = { if isUnderWay { await fall() } }
        switch way.call {
        case .look(let path, let proof):
            if let visit { return try await look(path, visit) }
            return try await verdict(.get, path, fields(proof), "")
        case .form:
            return try await send(try #require(visit), arriving)
        case .lookAtOnce(let proof):
            return try await lookAtOnce(proof)
        case .change(let proof):
            return try await verdict(
                .put,
                "/users/\(mary.id.rawValue)",
                fields(proof),
                #"{"name":"New"}"#,
                arriving
            )
        case .list(let proof):
            return try await list(fields(proof), arriving)
        case .imports(let proof):
            return try await imports(fields(proof), arriving)
        case .login(WayIn.signIn):
            return try await signIn(arriving)
        case .login(let path):
            let body = #"{"username":"jane@example.com","password":"\#(Self.password)"}"#
            return try await verdict(.post, path, [:], body, arriving)
        case .secondStep:
            return try await finish(try #require(begun), arriving)
        case .passkey(let path):
            return try await comeIn(with: try #require(key), beginningAt: path, arriving)
        case .check:
            let place = address ?? "nowhere"
            let body =
                #"{"username":"jane@example.com","password":"\#(Self.password)","#
                + #""ip_address":"\#(place)"}"#
            return try await verdict(
                .post,
                "/activelogic/v1/authenticate",
                fields(of: test.administratorKeys),
                body,
                arriving
            )
        case .radius:
            return try await verdict(
                .post,
                "/muster/v1/radius",
                fields(of: test.administratorKeys),
                RadiusBody.text("jane@example.com", Self.password, from: address),
                arriving
            )
        case .bind:
            return try await judge { () throws(MusterError) in _ = try await bind() }
        case .bindWithKeys:
            let pair = keys.secretKey.withExposedValue { "\(keys.accessKey):\($0)" }
            return try await judge { () throws(MusterError) in _ = try await bind(pair) }
        case .bound:
            let asking = try #require(bound).asking(at: test.clock.now())
            return try await judge { () throws(MusterError) in
                await arriving()
                try await EntryService(test.directory).look(by: asking) { _ in }
            }
        case .machine(let question):
            return try await ask(question)
        }
    }

    /// Binds as a client of LDAP.
    private func bind(
        _ text: String = AdmissionScene.password
    ) async throws(MusterError) -> Principal {
        try await BindService(test.directory).bind(
            LoginRequest(username: "jane@example.com", password: Secret(text)),
            from: address.flatMap { IPAddress($0) },
            requestID: String(repeating: "0", count: 32)
        )
    }

    /// What becomes of what a client of LDAP asks.
    private func judge(
        _ body: () async throws(MusterError) -> Void
    ) async throws -> (Verdict, String) {
        do throws(MusterError) {
            try await body()
            return (.admitted, "")
        } catch {
            #expect(error.code == .credentialsInvalid)
            return (.refused, error.message)
        }
    }

    private func fields(of keys: APIKeyPair, inNameOf name: String? = nil) -> HTTPFields {
        var fields = HTTPFields()
        fields[.xImpersonate] = name.map { "username=\($0)" }
        fields[.xAPIKeys] = keys.secretKey.withExposedValue {
            "accessKey=\(keys.accessKey); secretKey=\($0)"
        }
        return fields
    }

    /// What a proof looks like in a request's head.
    func fields(_ proof: WayIn.Proof) -> HTTPFields {
        let token = session.token.withExposedValue(\.self)
        switch proof {
        case .keys: return fields(of: keys)
        case .keysInName:
            return fields(of: keys, inNameOf: TestDirectory.administratorName)
        case .keyToken:
            let pair = keys.secretKey.withExposedValue { keys.accessKey + $0 }
            return [.authorization: "Bearer \(pair)"]
        case .bearer: return [.authorization: "Bearer \(token)"]
        case .cookie: return [.cookie: "token=\(token)"]
        case .xCookie: return [.xCookie: "token=\(token)"]
        case .word:
            return fields(of: test.administratorKeys, inNameOf: "jane@example.com")
        case .localToken:
            return [.authorization: "Bearer \(self.token.token.withExposedValue(\.self))"]
        case .consoleCookie, .consoleWord:
            // These are cookies of a session that is begun for the purpose.
            return [:]
        }
    }

    /// Sends a request.
    func send(
        _ method: HTTPRequest.Method,
        _ path: String,
        _ fields: HTTPFields,
        _ body: [ArrivingBody.Piece] = []
    ) async throws -> Response {
        try await server.send(
            method,
            path,
            fields: fields,
            content: RequestBody(asyncSequence: ArrivingBody(body)),
            on: StubChannel(from: address)
        )
    }

    func verdict(
        _ method: HTTPRequest.Method,
        _ path: String,
        _ fields: HTTPFields,
        _ body: String,
        _ arriving: @escaping @Sendable () async -> Void = {}
    ) async throws -> (Verdict, String) {
        let response = try await send(
            method,
            path,
            fields,
            [
                {
                    await arriving()
                    return ByteBuffer(string: body)
                }
            ]
        )
        return Self.read(Int(response.status.code), try await response.text(), fields)
    }

    /// What an answer over HTTP means.
    private static func read(
        _ status: Int,
        _ text: String,
        _ fields: HTTPFields
    ) -> (Verdict, String) {
        switch status {
        case 200..<300: return (.admitted, text)
        case 401: return (.refused, text)
        default:
            #expect(status == 403, "\(status) \(text)")
            // Of a user in whose name nobody may act the answer is that of a user who is not there.
            let isRight = text.contains("nsufficient") || text.contains("denied")
            let isWord = fields[.xImpersonate]?.contains("jane") == true
            return (isWord && !isRight ? .refused : .limited, text)
        }
    }

    private func lookAtOnce(_ proof: WayIn.Proof) async throws -> (Verdict, String) {
        let lines = fields(proof).map { "\($0.name.rawName): \($0.value)\r\n" }.joined()
        var head = RequestHead()
        let text =
            "GET /users/\(mary.id.rawValue) HTTP/1.1\r\nHost: localhost\r\n\(lines)\r\n"
        let isRead = head.read(ByteBuffer(string: text))
        try #require(isRead)
        let peer = address.flatMap { IPAddress($0) }
        let bytes = server.immediate.respond(to: head, from: peer, ByteBufferAllocator())?.bytes
        if StoreKind.current == .distant {
            // There is no fast path to it, and the router answers.
            #expect(bytes == nil)
            return try await verdict(.get, "/users/\(mary.id.rawValue)", fields(proof), "")
        }
        let answer = String(buffer: try #require(bytes)).split(
            separator: "\r\n\r\n",
            maxSplits: 1
        )
        let status = Int(answer[0].split(separator: " ")[1]) ?? 0
        return Self.read(status, answer.count == 2 ? String(answer[1]) : "", fields(proof))
    }

    /// Reads a list whose second batch is read after the rule holds.
    private func list(
        _ fields: HTTPFields,
        _ arriving: @escaping @Sendable () async -> Void
    ) async throws -> (Verdict, String) {
        let (random, now) = (test.directory.random, test.clock.now())
        let arrivals = (0..<ExportService.batchSize).map { number in
            UserInsertion(
                uuid: .random(from: random),
                draft: UserDraft(username: Username(stored: "user\(number)"))
            )
        }
        _ = try await test.directory.store.write { transaction throws(MusterError) in
            try transaction.insertUsers(arrivals, at: now)
        }
        let response = try await send(.get, "/muster/v1/users", fields)
        guard response.status == .ok else {
            return Self.read(Int(response.status.code), try await response.text(), fields)
        }
        let pieces = ListPieces { await arriving() }
        do {
            try await response.body.write(pieces)
            return (.admitted, "")
        } catch let error as MusterError {
            return (error.code == .insufficientScope ? .limited : .refused, "")
        }
    }

    /// Sends an import whose lines are written after the rule holds.
    private func imports(
        _ fields: HTTPFields,
        _ arriving: @escaping @Sendable () async -> Void
    ) async throws -> (Verdict, String) {
        var fields = fields
        fields[.contentType] = "application/x-ndjson"
        let response = try await send(
            .post,
            "/muster/v1/users/import?on_error=continue",
            fields,
            [
                { ByteBuffer(string: #"{"username":"early@example.com"}"# + "\n") },
                {
                    await arriving()
                    return ByteBuffer(string: #"{"username":"late@example.com"}"# + "\n")
                },
            ]
        )
        let text = try await response.text()
        guard response.status == .ok else {
            return Self.read(Int(response.status.code), text, fields)
        }
        if text.contains(#""done":true,"created":2"#) { return (.admitted, text) }
        #expect(text.contains(#""done":false,"created":0"#), "\(text)")
        return (text.contains("insufficient") || text.contains("denied") ? .limited : .refused, "")
    }

    /// Asks as one of the machine's own programs does.
    private func ask(_ question: LocalQuestion) async throws -> (Verdict, String) {
        let place = address.map { #","address":"\#($0)""# } ?? ""
        let body =
            switch question {
            case .password:
                #"{"username":"jane@example.com","password":"\#(Self.password)"\#(place)}"#
            case .account: #"{"username":"jane@example.com"\#(place)}"#
            case .authorizedKeys, .troubles: #"{"username":"jane@example.com"}"#
            }
        let head = HTTPRequest(
            method: .post,
            scheme: "http",
            authority: "localhost",
            path: question.rawValue
        )
        let source = ApplicationRequestContextSource(
            channel: try StubChannel(from: nil),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        let response = try await local.respond(
            to: Request(head: head, body: RequestBody(buffer: ByteBuffer(string: body))),
            context: MusterRequestContext(source: source)
        )
        let text = try await response.text()
        #expect(response.status == .ok, "\(text)")
        let isAllowed = text.contains("ssh-ed25519") || text.contains(#""allowed":true"#)
        if isAllowed, question == .authorizedKeys, [.elsewhere, .addressUnknown].contains(bar) {
            // What is left to OpenSSH has to be told to it.
            #expect(text.contains(#"from=\"203.0.113.0/24\""#), "\(text)")
        }
        return (isAllowed ? .admitted : .refused, text)
    }

    /// The reasons that the audit log gives for refusals, so far.
    func reasons() async throws -> Set<String> {
        await Set(
            try test.auditEvents().filter(\.isFailure).flatMap(\.fields)
                .filter { $0.key == "reason" }.map(\.value)
        )
    }
}
