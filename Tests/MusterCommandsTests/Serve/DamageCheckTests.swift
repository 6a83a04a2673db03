import Foundation
import MusterCore
import MusterCrypto
import MusterSQLite
import MusterTesting
import Testing

@testable import MusterCommands

@Suite("Damage is found before a database is served, or beside it", .timeLimit(.minutes(10)))
struct DamageCheckTests {
    private let folder: TemporaryFolder
    private let key = MasterKey.random()
    private let paths: DataPaths

    init() throws {
        folder = try TemporaryFolder()
        paths = DataPaths(folder: folder.path)
        let store = try SQLiteStore(
            path: paths.database,
            sealer: SodiumSealer(key),
            digester: SystemDigester(key)
        )
        try store.close()
    }

    /// Writes zeros over all but the page with the schema.
    private func damage() throws {
        var bytes = try Data(contentsOf: URL(filePath: paths.database))
        bytes.replaceSubrange(8192..., with: repeatElement(0, count: bytes.count - 8192))
        try bytes.write(to: URL(filePath: paths.database))
    }

    @Test("a small one is read before it is served, and refused with what to do")
    func before() async throws {
        try DamageCheck(paths: paths).refuseDamaged(key)
        try damage()
        let refusal = await failure { try DamageCheck(paths: paths).refuseDamaged(key) }
        #expect(refusal?.code == .storeUnavailable)
        #expect(
            refusal?.message.hasSuffix("muster restore --force --data-dir \(folder.path) BACKUP")
                == true
        )
    }

    @Test("a start reads no more of a directory of four thousand users than that it is one")
    func bound() async throws {
        let store = try SQLiteStore(
            path: paths.database,
            sealer: SodiumSealer(key),
            digester: SystemDigester(key)
        )
        let arrivals = try (1...4_000).map { number in
            let draft = UserDraft(username: try Username("somebody.\(number)@example.com"))
            return UserInsertion(uuid: UUID(), draft: draft, password: nil)
        }
        _ = try await store.write { transaction throws(MusterError) in
            try transaction.insertUsers(arrivals, at: FixedClock.start)
        }
        try store.close()
        // The last sixteen pages, which are none of the schema's, and of which one alone might be free.
        var bytes = try Data(contentsOf: URL(filePath: paths.database))
        bytes.replaceSubrange((bytes.count - 65_536)..., with: repeatElement(0xFF, count: 65_536))
        try bytes.write(to: URL(filePath: paths.database))
        let check = DamageCheck(paths: paths)
        // Of a smaller one nobody would be told later.
        try #require(bytes.count > check.readAtOnce)
        try check.refuseDamaged(key)
        await withCheckedContinuation { told in check.lookLater(key) { told.resume() } }
    }

    @Test("a large one is read while it is served, and damage is told")
    func beside() async throws {
        try damage()
        await withCheckedContinuation { told in
            DamageCheck(paths: paths, readAtOnce: 0).lookLater(key) { told.resume() }
        }
    }
}
