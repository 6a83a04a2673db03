import FoundationEssentials
import MusterCore
import MusterCrypto
import MusterSQL
import MusterTesting

@testable import MusterSQLite

/// A folder in which a directory was created, and with what is made of it.
struct RecoveryFolder {
    let folder: TemporaryFolder
    let key = MasterKey.random()

    var path: String { folder.file("muster.sqlite") }
    var copyPath: String { folder.file("copy") }

    init() async throws {
        folder = try TemporaryFolder()
        let store = try open()
        let created = try await DirectoryBootstrap(
            store: store,
            clock: FixedClock(),
            random: SeededRandom(),
            digester: SystemDigester(key)
        ).create(
            administrator: Username(stored: "admin@example.com"),
            password: PasswordHash("hash")
        )
        let owner = created.administrator.id
        try await store.write { transaction throws(MusterError) in
            try transaction.insertSession(
                Session(
                    digest: Digest([UInt8](repeating: 7, count: 32)),
                    user: owner,
                    createdAt: FixedClock.start,
                    lastSeenAt: FixedClock.start,
                    address: nil
                )
            )
        }
        try store.close()
    }

    func open(_ name: String = "muster.sqlite") throws(MusterError) -> SQLiteStore {
        try SQLiteStore(
            path: folder.file(name),
            sealer: SodiumSealer(key),
            digester: SystemDigester(key)
        )
    }

    func inspect(
        _ path: String,
        with key: MasterKey? = nil
    ) throws(MusterError) -> DatabaseInspection {
        try DatabaseInspection(
            path: path,
            sealer: SodiumSealer(key ?? self.key),
            digester: SystemDigester(key ?? self.key)
        )
    }

    /// Gives the owner a phone to which codes are sent.
    func addPhone() async throws {
        let store = try open()
        let phone = try PhoneNumber("+15552223333")
        try await store.write { transaction throws(MusterError) in
            guard var user = try transaction.user(.id(UserID(rawValue: 2))) else { return }
            user.secondFactor = SecondFactor(
                phone: phone,
                isPhoneVerified: true,
                isSMSEnabled: true
            )
            try transaction.updateUser(user, at: FixedClock.start)
        }
        try store.close()
    }

    /// Gives the owner an authenticator app, which waits to be confirmed where tries are left.
    func addApp(triesLeft: Int? = nil) async throws {
        let store = try open()
        try await store.write { transaction throws(MusterError) in
            _ = try transaction.insertFactor(
                .timeCode(TimeCodeSecret(key: Secret([1, 2, 3]), triesLeft: triesLeft)),
                of: UserID(rawValue: 2),
                label: "app",
                at: FixedClock.start
            )
        }
        try store.close()
    }

    func change(_ path: String, _ sql: String) throws {
        let handle = try SQLiteHandle(asItIs: path)
        try handle.runAll(StatementText(stringLiteral: sql))
        try handle.close()
    }

    func copy(
        event: AuditEvent? = RecoveryFolder.event(.directoryBackup)
    ) throws(MusterError) -> DatabaseSummary {
        try DatabaseBackup.copy(
            .file(path),
            to: copyPath,
            sealer: SodiumSealer(key),
            event: event
        ) { _ in }
    }

    func settle(
        _ path: String,
        forgetsSealed: Bool = false,
        after counters: DirectoryCounters? = nil
    ) throws(MusterError) {
        try DatabaseRestoration.settle(
            path,
            sealer: SodiumSealer(key),
            digester: SystemDigester(key),
            forgetsSealed: forgetsSealed,
            after: counters,
            event: RecoveryFolder.event(.directoryRestore)
        )
    }

    static func event(_ action: AuditAction) -> AuditEvent {
        AuditEvent(
            id: String(repeating: "a", count: 32),
            at: FixedClock.start.advanced(by: .seconds(60)),
            action: action,
            isFailure: false,
            actor: nil,
            impersonated: nil,
            address: nil,
            requestID: "test",
            target: nil,
            fields: []
        )
    }
}
