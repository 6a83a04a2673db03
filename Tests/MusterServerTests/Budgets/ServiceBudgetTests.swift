import HTTPTypes
import Hummingbird
import LDAPWire
import MusterAPI
import MusterCore
import MusterTesting
import Testing

@testable import MusterServer

/// What the services ask a store that is far away which answer nobody who has come in over HTTP.
@Suite(
    "A question of a login program, of LDAP or of a stranger has its budget, too",
    .timeLimit(.minutes(10))
)
struct ServiceBudgetTests {
    /// Who asks, and for what.
    enum Question: String, CaseIterable, Sendable {
        case authorizedKeys = "sshd asks for keys"
        case machinePassword = "PAM asks about a password"
        case machineAccount = "PAM asks about an account"
        case bind = "LDAP binds with a password"
        case bindWithKeys = "LDAP binds with keys"
        case whoAmI = "LDAP asks who it is"
        case entry = "LDAP reads an entry"
        case entryByPassword = "LDAP reads an entry for whoever has bound with a password"
        case radius = "a RADIUS server asks"
        case login = "POST /session"
        case code = "POST /muster/v1/logins/:handle, with a code"
        case passkeyOptions = "POST /muster/v1/logins/webauthn"
        case passkey = "POST /muster/v1/logins/:handle, with a passkey alone"
        case signIn = "POST /sign-in"
    }

    private static let password = TestDirectory.administratorPassword
    private static let name = "jane@example.com"

    private let store = DistantStore()
    private let test: TestDirectory
    private let server: TestServer
    private let jane: User
    private let keys: APIKeyPair

    init() async throws {
        test = try await TestDirectory(rules: .withPasskeys, store: store)
        server = TestServer(test, dialects: .served)
        jane = try await test.makeUser(Self.name)
        keys = try await test.keys.rotate(.user(.id(jane.id)), by: test.asAdministrator)
        _ = try await test.sshKeys.add(to: .id(jane.id), by: test.asMaskAdministrator) {
            () throws(MusterError) in (RightsScene.keyLine(0x42), nil)
        }
        // From where its user has come before.
        _ = try await test.logIn(Self.name)
    }

    private var request: LoginRequest { LoginRequest(username: Self.name, password: Self.password) }

    @Test("no more is asked than the table says", arguments: Question.allCases)
    func asked(_ question: Question) async throws {
        let ask = try await prepare(question)
        _ = store.takeCalls()
        try await ask()
        let calls = store.takeCalls()
        let most = try #require(ServiceBudgets.all[question])
        #expect(
            calls.reads <= most.reads && calls.changes <= most.changes && calls.trips <= most.trips,
            "\(calls)"
        )
    }

    /// Does what comes before a question; the question itself.
    private func prepare(_ question: Question) async throws -> () async throws -> Void {
        let (directory, id) = (test.directory, TestDirectory.requestID)
        switch question {
        case .authorizedKeys:
            return {
                let lines = try await AuthorizedKeysService(directory).lines(of: Self.name)
                #expect(lines.count == 1)
            }
        case .machinePassword:
            return {
                let opens = try await LocalLoginService(directory).opens(
                    request,
                    from: "192.0.2.1",
                    requestID: id
                )
                #expect(opens)
            }
        case .machineAccount:
            return {
                let service = LocalLoginService(directory)
                let admission = try await service.admission(of: Self.name, from: "192.0.2.1")
                #expect(admission == .admitted)
            }
        case .bind:
            return { try await bind(Self.password) }
        case .bindWithKeys:
            let pair = keys.secretKey.withExposedValue { "\(keys.accessKey):\($0)" }
            return { try await bind(Secret(pair)) }
        case .whoAmI:
            return { _ = try await EntryService(directory).admit(test.asAdministrator) }
        case .entry:
            return { try await readEntry(by: test.asMaskAdministrator) }
        case .entryByPassword:
            let request = LoginRequest(
                username: TestDirectory.administratorName,
                password: Self.password
            )
            let (address, id) = (TestDirectory.address, TestDirectory.requestID)
            let service = BindService(test.directory)
            let caller = try await service.bind(request, from: address, requestID: id)
            return { try await readEntry(by: caller) }
        default: return try await prepareRequest(question)
        }
    }

    private func bind(_ password: Secret<String>) async throws {
        let request = LoginRequest(username: Self.name, password: password)
        let (address, id) = (TestDirectory.address, TestDirectory.requestID)
        let service = BindService(test.directory)
        let principal = try await service.bind(request, from: address, requestID: id)
        #expect(principal.user.username.text == Self.name)
    }

    private func prepareRequest(_ question: Question) async throws -> () async throws -> Void {
        let login = request.password.withExposedValue {
            #"{"username":"jane@example.com","password":"\#($0)"}"#
        }
        switch question {
        case .radius:
            let body = request.password.withExposedValue {
                RadiusBody.text(Self.name, $0, from: "192.0.2.1")
            }
            return { try await send("/muster/v1/radius", body, as: test.administratorKeys) }
        case .code:
            var jane = try await test.current(jane)
            jane.secondFactor = SecondFactor(isEmailEnabled: true)
            try await test.overwrite(jane)
            let answer = try await server.send(.post, "/session", body: login)
            let text = try await answer.text()
            let handle = try #require(text.firstMatch(of: /"login":"([0-9a-f]{64})"/)).output.1
            let code = try #require(test.codes.lastCode).withExposedValue(\.self)
            return { try await send("/muster/v1/logins/\(handle)", #"{"code":"\#(code)"}"#) }
        case .passkey:
            let handle = try await addPasskey()
            let options = try await server.send(.post, "/muster/v1/logins/webauthn").text()
            let login = try #require(options.firstMatch(of: /"login":"([0-9a-f]+)"/)).output.1
            let challenge = try #require(options.firstMatch(of: /"challenge":"([A-Za-z0-9_-]+)"/))
            let bytes = try #require(Base64URL.bytes(String(challenge.output.1)))
            let body = FactorWords.assertion(bytes, by: 9, of: handle)
            return { try await send("/muster/v1/logins/\(login)", body) }
        case .passkeyOptions:
            return { try await send("/muster/v1/logins/webauthn", "{}") }
        case .signIn:
            let browser = Browser(test)
            return {
                let answer = try await browser.signIn(Self.name)
                #expect(answer.status == .seeOther)
            }
        default:
            return { try await send("/session", login) }
        }
    }

    private func send(
        _ path: String,
        _ body: String,
        as keys: APIKeyPair? = nil
    ) async throws {
        let answer = try await server.send(.post, path, as: keys, body: body)
        let text = try await answer.text()
        #expect(answer.status.kind == .successful, "\(text)")
    }

    /// Gives the user a passkey; its user handle.
    private func addPasskey() async throws -> [UInt8] {
        let owner = try await test.asUser(jane)
        let options = try await test.factors.passkeyOptions(by: owner) { () throws(MusterError) in
            Self.password
        }
        let attestation = TestAuthenticator(9).attestation(options.challenge)
        _ = try await test.factors.addPasskey(by: owner) { () throws(MusterError) in
            (nil, attestation)
        }
        return options.userHandle
    }

    private func readEntry(by caller: Principal) async throws {
        let suffix = try #require(DistinguishedName("dc=example,dc=com".utf8))
        let operations = LDAPOperations(test.directory, LDAPSettings(suffix: suffix, version: "1"))
        var writer = BERWriter()
        writer.constructed { writer in
            writer.integer(1)
            writer.constructed(0x63) { writer in
                writer.octets("uid=\(Self.name),ou=people,dc=example,dc=com".utf8)
                for _ in 1...2 { writer.integer(0, tag: BERTag.enumerated) }
                for _ in 1...2 { writer.integer(0) }
                writer.octets([0], tag: 0x01)
                writer.octets("objectClass".utf8, tag: 0x87)
                writer.constructed { $0.octets("uid".utf8) }
            }
        }
        let message = try LDAPMessage(writer.bytes[...])
        guard case .search(let search) = message.operation else { throw BERError("no search") }
        let job = try operations.searcher.job(search, message, by: caller)
        let answer = try await operations.searcher.answer(job, by: caller) { _ in }
        #expect(!answer.isEmpty)
    }
}

/// How often the store is asked for each of them.
private enum ServiceBudgets {
    private typealias Calls = DistantStore.Calls

    static let all: [ServiceBudgetTests.Question: DistantStore.Calls] = [
        .authorizedKeys: Calls(reads: 1, trips: 2),
        .machinePassword: Calls(reads: 2, changes: 1, trips: 8),
        .machineAccount: Calls(reads: 1, trips: 1),
        .bind: Calls(reads: 2, changes: 1, trips: 9),
        .bindWithKeys: Calls(reads: 1, trips: 2),
        .whoAmI: Calls(reads: 1, trips: 2),
        .entry: Calls(reads: 1, trips: 3),
        .entryByPassword: Calls(reads: 1, trips: 3),
        .radius: Calls(reads: 4, changes: 1, trips: 12),
        .login: Calls(reads: 2, changes: 1, trips: 9),
        .code: Calls(reads: 1, changes: 1, trips: 22),
        .passkeyOptions: Calls(),
        .passkey: Calls(reads: 1, changes: 1, trips: 18),
        .signIn: Calls(reads: 3, changes: 1, trips: 12),
    ]
}
