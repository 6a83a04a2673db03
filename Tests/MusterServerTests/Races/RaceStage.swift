import FoundationEssentials
import HTTPTypes
import MusterCore
import MusterCrypto
import MusterSQLite
import MusterTesting
import StoreTesting
import Testing

@testable import MusterServer

/// A directory that is prepared once, and of which each race gets a copy.
struct RaceStage: Sendable {
    /// Where the directory is kept.
    enum Kind: String, CaseIterable, Sendable, CustomTestStringConvertible {
        case memory
        case sqlite

        var testDescription: String { rawValue }
    }

    /// What lies there before a race, to be copied.
    private enum Origin: Sendable {
        case memory(MemoryStore)
        case file(TemporaryFolder, MasterKey)
    }

    private let origin: Origin
    private let test: TestDirectory
    /// The user who is changed.
    let jane: User
    let janesKeys: APIKeyPair
    private let janesSession: IssuedSession
    /// Sessions of the console, of the administrator and of the user.
    private let visits: (administrator: IssuedSession, jane: IssuedSession)
    /// Who has bound over LDAP.
    private let binds: (administrator: Principal, jane: Principal)
    private let words: [String: String]

    /// Prepares the directory.
    init(_ kind: Kind) async throws {
        let store: any DirectoryStore
        switch kind {
        case .memory:
            let memory = MemoryStore()
            origin = .memory(memory)
            store = memory
        case .sqlite:
            let (folder, key) = (try TemporaryFolder(), MasterKey.random())
            origin = .file(folder, key)
            store = try RaceStage.open(folder.file("origin.sqlite"), key)
        }
        let test = try await TestDirectory(rules: .withPasskeys, store: store)
        self.test = test
        var jane = try await test.makeUser("jane@example.com")
        jane.name = "Jane"
        jane.masks = Masks(read: 2, liveview: 4)
        jane.inactivityTimeout = .seconds(3600)
        try await test.overwrite(jane)
        let other = try await test.makeUser("other@example.com")
        var words = try await RightsScene.prepare(test, jane, other)
        janesKeys = try await test.keys.rotate(.user(.id(jane.id)), by: test.asAdministrator)
        janesSession = try await test.logIn("jane@example.com")
        let name = jane.username.text
        visits = (
            try await RaceStage.visit(test, TestDirectory.administratorName),
            try await RaceStage.visit(test, name)
        )
        binds = (
            try await RaceStage.bind(test, TestDirectory.administratorName),
            try await RaceStage.bind(test, name)
        )
        _ = await failure { try await test.logIn("jane@example.com", Secret("wrong")) }
        self.jane = try await test.current(jane)
        words["{revision}"] = "\(self.jane.changedAt.rawValue)"
        words["{plain fingerprint}"] = words["{fingerprint}"]?.replacing("%2F", with: "/")
        self.words = words
        if let file = store as? SQLiteStore { try file.close() }
    }

    private static func visit(
        _ test: TestDirectory,
        _ name: String
    ) async throws(MusterError) -> IssuedSession {
        try await SessionService(test.directory, opening: .console).logIn(
            LoginRequest(username: name, password: TestDirectory.administratorPassword),
            from: TestDirectory.origin()
        )
    }

    private static func bind(
        _ test: TestDirectory,
        _ name: String
    ) async throws(MusterError) -> Principal {
        try await BindService(test.directory).bind(
            LoginRequest(username: name, password: TestDirectory.administratorPassword),
            from: TestDirectory.address,
            requestID: TestDirectory.requestID
        )
    }

    private static func open(_ path: String, _ key: MasterKey) throws -> SQLiteStore {
        try SQLiteStore(path: path, sealer: SodiumSealer(key), digester: SystemDigester(key))
    }

    /// Makes a copy of everything, and takes it away when `body` is done.
    func withCopy<Result>(
        _ body: (RaceScene) async throws -> Result
    ) async throws -> Result {
        switch origin {
        case .memory(let store):
            return try await body(try scene(on: try await store.copy()))
        case .file(let folder, let key):
            let path = folder.file("\(UUID().uuidString).sqlite")
            try FileManager.default.copyItem(atPath: folder.file("origin.sqlite"), toPath: path)
            let store = try RaceStage.open(path, key)
            let result = try await body(try scene(on: store))
            try store.close()
            try FileManager.default.removeItem(atPath: path)
            return result
        }
    }

    private func scene(on store: any InProcessStore) throws -> RaceScene {
        let interrupted = try FaultyStore(store)
        let test = TestDirectory(test, on: interrupted)
        return RaceScene(
            stage: self,
            store: interrupted,
            test: test,
            server: TestServer(test, dialects: .served)
        )
    }

    /// A text with the words that stand for what the directory holds replaced.
    func fill(_ text: String) -> String {
        words.reduce(text) { $0.replacing($1.key, with: $1.value) }
    }

    /// What a caller sends along.
    func fields(of caller: RacingChange.Caller) -> HTTPFields {
        var fields = HTTPFields()
        switch caller {
        case .administrator:
            fields[.xAPIKeys] = test.administratorKeys.secretKey.withExposedValue {
                "accessKey=\(test.administratorKeys.accessKey); secretKey=\($0)"
            }
        case .oneself:
            fields[.authorization] = "Bearer " + janesSession.token.withExposedValue(\.self)
        case .stranger:
            break
        }
        return fields
    }

    /// What a browser sends with a form: its header's fields and its body.
    func sent(_ form: RacingForm) -> (fields: HTTPFields, body: String) {
        var fields = AdmissionScene.formFields
        var items = form.fields.map { ($0.name, fill($0.value)) }
        let session: IssuedSession? =
            switch form.caller {
            case .administrator: visits.administrator
            case .oneself: visits.jane
            case .stranger: nil
            }
        if let session {
            let name = ConsoleCookie.session.rawValue
            fields[.cookie] = session.token.withExposedValue { "\(name)=\($0)" }
            items.append(("token", FormToken(test.directory).text(forNew: session)))
        }
        let body = items.map { "\($0.0)=\(Browser.escaped($0.1))" }.joined(separator: "&")
        return (fields, body)
    }

    /// Who has bound, or would have.
    func bound(_ caller: RacingChange.Caller) -> Principal {
        caller == .administrator ? binds.administrator : binds.jane
    }

    /// The digest of the token of the user's own session.
    var janesDigest: Digest {
        test.directory.digester.digest(janesSession.token.withExposedValue { Array($0.utf8) })
    }
}
