import Foundation
import MusterCore
import MusterCrypto
import MusterSQLite
import TenableAPI

/// A directory of a thousand users in an SQLite file that goes away, and what requests ask of it.
final class HotPath: Sendable {
    private static let userCount = 1_000

    private let users: UserService
    private let authenticator: Authenticator
    private let credentials: Credentials
    private let origin = RequestSource(address: IPAddress("192.0.2.1"), requestID: "0")
    private let store: SQLiteStore
    private let first: Int64
    private let folder: URL

    /// Creates the directory and fills it.
    static func directory() async throws -> HotPath {
        let folder = FileManager.default.temporaryDirectory.appending(
            path: "hot-paths-\(UUID().uuidString)"
        )
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let master = MasterKey.random()
        let digester = SystemDigester(master)
        let store = try SQLiteStore(
            path: folder.appending(path: "muster.sqlite").path,
            sealer: SodiumSealer(master),
            digester: digester
        )
        let random = SystemRandom()
        let created = try await DirectoryBootstrap(
            store: store,
            clock: StandingClock(),
            random: random,
            digester: digester
        ).found(administrator: try Username("admin@example.com"), password: PasswordHash("*"))
        let directory = Directory(
            store: store,
            spools: SealedSpools(folder: folder.path, sealer: SodiumSealer(master)),
            clock: StandingClock(),
            random: random,
            digester: digester,
            curves: SystemCurves(),
            cryptography: SystemFactorCryptography(),
            hasher: try HashingThreads(.recommended, threads: 1, queueLimit: 1),
            codeSender: NoCodes(),
            rules: DirectoryRules(),
            identity: created.identity
        )
        return try await HotPath(directory, created, in: folder)
    }

    private init(
        _ directory: Directory,
        _ created: BootstrappedDirectory,
        in folder: URL
    ) async throws {
        self.folder = folder
        self.store = store
        users = UserService(directory)
        authenticator = Authenticator(directory)
        credentials = .apiKeys(accessKey: created.keys.accessKey, secretKey: created.keys.secretKey)
        let random = directory.random
        first = try await directory.store.write { transaction throws(MusterError) in
            var first: Int64?
            for number in 0..<HotPath.userCount {
                let draft = UserDraft(username: try Username("user\(number)@bench.example"))
                let user = try transaction.insertUser(
                    draft,
                    uuid: UUID.random(from: random),
                    at: StandingClock().now()
                )
                first = first ?? user.id.rawValue
            }
            return first ?? 0
        }
    }

    deinit {
        try? FileManager.default.removeItem(at: folder)
    }

    /// What `GET /users/{id}` asks: who is there, and the user, at one moment.
    func lookUp(_ number: Int) throws(MusterError) -> User {
        let id = UserID(rawValue: first + Int64(number % HotPath.userCount))
        return try store.readNow { reader throws(MusterError) in
            let principal = try authenticator.authenticate(
                credentials,
                from: origin,
                by: .role,
                under: DialectPolicy(),
                in: reader
            )
            return try users.details(.user(.id(id)), by: principal, in: reader)
        }
    }

    /// What `GET /users?limit=50&after=` asks.
    func page(_ number: Int) throws(MusterError) -> [User] {
        let after = UserID(rawValue: first + Int64(number % (HotPath.userCount - 50)))
        return try store.readNow { reader throws(MusterError) in
            let principal = try authenticator.authenticate(
                credentials,
                from: origin,
                by: .role,
                under: DialectPolicy(),
                in: reader
            )
            return try users.page(by: principal, in: reader) { () throws(MusterError) in
                UserQuery(limit: 50, after: after)
            }
        }
    }

    /// A record as `GET /users/{id}` writes it.
    static var record: UserRecord {
        var record = UserRecord()
        record.uuid = "60f73e4f-8983-41c2-a13c-39074cbb6229"
        record.id = 4711
        record.username = "jane.doe@example.com"
        record.email = "jane.doe@example.com"
        record.name = "Jane Doe"
        record.permissions = 32
        record.lastLogin = 1_732_000_000_000
        record.groupUUIDs = ["00000000-0000-0000-0000-000000000000"]
        record.containerUUID = "68a6d21c-9035-4c26-8e2b-96fb8810f951"
        return record
    }
}

/// A clock that stands, so that no pass does more than another.
private struct StandingClock: DirectoryClock {
    func now() -> Timestamp { Timestamp(rawValue: 1_732_000_000_000) }
}

/// Nobody is sent a code here.
private struct NoCodes: CodeSender {
    func send(_ message: CodeMessage) async throws(MusterError) {}
    func send(_ notice: Notice) async throws(MusterError) {}
}
