import Foundation
import MusterCore
import MusterCrypto
import MusterSQLite
import MusterTesting
import Testing

@testable import MusterCommands

@Suite("The master key of a backup in which only apps are sealed")
struct RestoredKeyTests {
    private let folder: TemporaryFolder
    private let key = MasterKey.random()

    /// The database of a directory whose only user has an app.
    private var database: String { folder.file("data") }
    private var keyFile: String { folder.file("key") }
    /// Where the directory is to be.
    private var paths: DataPaths { DataPaths(folder: folder.file("again")) }

    init() async throws {
        folder = try TemporaryFolder()
        try key.write(to: keyFile)
        let store = try SQLiteStore(
            path: database,
            sealer: SodiumSealer(key),
            digester: SystemDigester(key)
        )
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
            _ = try transaction.insertFactor(
                .timeCode(TimeCodeSecret(key: Secret([1, 2, 3]))),
                of: owner,
                label: "app",
                at: FixedClock.start
            )
        }
        try store.close()
    }

    private func restore(_ keyFile: String? = nil) async throws -> [String: Int64] {
        let done = try await DirectoryRestoration(
            paths: paths,
            file: database,
            keyFile: keyFile,
            replaces: false
        ).run()
        return [
            "phones": done.integer("phones_lost") ?? -1, "apps": done.integer("apps_lost") ?? -1,
        ]
    }

    private func restored() throws -> (apps: Int, mustSetUp: Bool?) {
        let key = try MasterKey(contentsOf: paths.key)
        let inspection = try DatabaseInspection(
            path: paths.database,
            sealer: SodiumSealer(key),
            digester: SystemDigester(key)
        )
        let owner = try inspection.administrators().first?.user
        return (
            try inspection.summary().apps, owner?.authorizations.requiresSecondFactorEnrolment
        )
    }

    @Test("with it the apps are kept")
    func right() async throws {
        #expect(try await restore(keyFile) == ["phones": 0, "apps": 0])
        #expect(try restored() == (1, false))
    }

    @Test("another one is refused, by name and in the folder, and nothing is made")
    func wrong() async throws {
        let other = folder.file("other")
        try MasterKey.random().write(to: other)
        let named = try await #require(throws: CommandError.self) { try await restore(other) }
        #expect(named.message.contains("this backup's authenticator apps were sealed"))
        #expect(!FileManager.default.fileExists(atPath: paths.folder))
        try FileManager.default.createDirectory(
            atPath: paths.folder,
            withIntermediateDirectories: true
        )
        try MasterKey.random().write(to: paths.key)
        let present = try await #require(throws: CommandError.self) { try await restore() }
        #expect(present.message.contains("to go on without 1 authenticator app."))
        #expect(!FileManager.default.fileExists(atPath: paths.database))
    }

    @Test(
        "without it the apps are forgotten, that is counted, and their owners have to set up a factor"
    )
    func lost() async throws {
        #expect(try await restore() == ["phones": 0, "apps": 1])
        #expect(try restored() == (0, true))
    }

    @Test(
        "apps that the key in the folder does not open are an error of `check` that names whom to reset"
    )
    func check() async throws {
        _ = try await restore(keyFile)
        let key = MasterKey.random()
        try DatabaseRestoration.settle(
            paths.database,
            sealer: SodiumSealer(key),
            digester: SystemDigester(key),
            forgetsSealed: false,
            after: nil,
            event: DataFolderEvent.make(.directoryRestore, fields: [])
        )
        unlink(paths.key)
        try key.write(to: paths.key)
        let findings = DatabaseFindings(paths: paths).all()
        let found = findings.contains { finding in
            finding.severity == .error
                && finding.text.contains("the authenticator apps of 1 user (admin@example.com)")
        }
        #expect(found, "\(findings)")
    }
}
