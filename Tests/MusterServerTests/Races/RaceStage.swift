import FoundationEssentials
import HTTPTypes
import MusterCore
import MusterCrypto
import MusterSQLite
import MusterTesting
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
        words = try await RightsScene.prepare(test, jane, other)
        janesKeys = try await test.keys.rotate(.user(.id(jane.id)), by: test.asAdministrator)
        janesSession = try await test.logIn("jane@example.com")
        _ = await failure { try await test.logIn("jane@example.com", Secret("wrong")) }
        self.jane = try await test.current(jane)
        if let file = store as? SQLiteStore { try file.close() }
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
            return try await body(scene(on: try await store.copy()))
        case .file(let folder, let key):
            let path = folder.file("\(UUID().uuidString).sqlite")
            try FileManager.default.copyItem(atPath: folder.file("origin.sqlite"), toPath: path)
            let store = try RaceStage.open(path, key)
            let result = try await body(scene(on: store))
            try store.close()
            try FileManager.default.removeItem(atPath: path)
            return result
        }
    }

    private func scene(on store: any InProcessStore) -> RaceScene {
        let interrupted = FaultyStore(store)
        let test = TestDirectory(test, on: interrupted)
        return RaceScene(
            stage: self,
            store: interrupted,
            test: test,
            server: TestServer(test)
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

    /// The digest of the token of the user's own session.
    var janesDigest: Digest {
        test.directory.digester.digest(janesSession.token.withExposedValue { Array($0.utf8) })
    }
}
