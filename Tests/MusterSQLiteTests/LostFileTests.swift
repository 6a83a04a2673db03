import Dispatch
import Foundation
import MusterCore
import MusterCrypto
import MusterSQL
import MusterTesting
import Synchronization
import Testing

@testable import MusterSQLite

@Suite("A store whose files are taken away")
struct LostFileTests {
    private let folder: TemporaryFolder
    private let key = MasterKey.random()
    private let told = Told()

    private final class Order: Sendable {
        let numbers = Mutex<[Int]>([])
    }

    private final class Told: Sendable {
        let sentences = Mutex<[String]>([])
    }

    init() throws {
        folder = try TemporaryFolder()
    }

    private func open() throws(MusterError) -> SQLiteStore {
        let told = told
        return try SQLiteStore(
            path: folder.file("muster.sqlite"),
            sealer: SodiumSealer(key),
            digester: SystemDigester(key)
        ) { sentence in told.sentences.withLock { $0.append(sentence) } }
    }

    /// How many users a start would find, with the files as they lie there.
    private func usersOnDisk() throws -> Int? {
        let copy = folder.file("copy.sqlite")
        try? FileManager.default.removeItem(atPath: copy)
        try FileManager.default.copyItem(atPath: folder.file("muster.sqlite"), toPath: copy)
        return try SQLiteHandle(asItIs: copy).numbers("SELECT count(*) FROM user").first
    }

    @Test("without its log nothing is acknowledged any more, and what was is saved")
    func log() async throws {
        let store = try open()
        for number in 0..<20 { _ = try await store.insert("user\(number)@example.com") }
        #expect(store.isWritable)
        try FileManager.default.removeItem(atPath: folder.file("muster.sqlite-wal"))
        for number in 20..<25 {
            let refusal = await failure { try await store.insert("user\(number)@example.com") }
            #expect(refusal?.code == .storeUnavailable)
        }
        #expect(!store.isWritable)
        let sentences = told.sentences.withLock { $0 }
        #expect(sentences.count == 1 && sentences[0].contains("were saved"))
        #expect(try usersOnDisk() == 20)
        #expect(try store.userCount() == 20, "reading goes on")
    }

    @Test("a log that another file has taken the place of is one that is gone")
    func replaced() async throws {
        let store = try open()
        _ = try await store.insert("jane@example.com")
        let log = folder.file("muster.sqlite-wal")
        try FileManager.default.moveItem(atPath: log, toPath: log + ".old")
        try Data().write(to: URL(filePath: log))
        let refusal = await failure { try await store.insert("john@example.com") }
        #expect(refusal?.code == .storeUnavailable)
    }

    @Test("without the database nothing is acknowledged, and that nothing can be saved is told")
    func database() async throws {
        let store = try open()
        _ = try await store.insert("jane@example.com")
        try FileManager.default.moveItem(
            atPath: folder.file("muster.sqlite"),
            toPath: folder.file("elsewhere")
        )
        let refusal = await failure { try await store.insert("john@example.com") }
        #expect(refusal?.code == .storeUnavailable && !store.isWritable)
        #expect(told.sentences.withLock { $0.first?.contains("are lost") } == true)
    }

    @Test("a read that can open no more files waits for one that ends")
    func waitingReader() async throws {
        _ = try open()
        let path = folder.file("muster.sqlite")
        let pool = try ReaderPool(path: path, ahead: 1, patience: .seconds(600))
        try FileManager.default.moveItem(atPath: path, toPath: path + ".away")
        let (isReading, mayEnd) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        let order = Order()
        await withTaskGroup { group in
            group.addTask {
                await LostFileTests.onThread {
                    try? pool.read { _ in
                        isReading.signal()
                        mayEnd.wait()
                        order.numbers.withLock { $0.append(1) }
                    }
                }
            }
            group.addTask {
                await LostFileTests.onThread {
                    isReading.wait()
                    DispatchQueue.global().async { mayEnd.signal() }
                    try? pool.read { _ in order.numbers.withLock { $0.append(2) } }
                }
            }
        }
        #expect(order.numbers.withLock { $0 } == [1, 2])
    }

    private static func onThread(_ work: @escaping @Sendable () -> Void) async {
        await withCheckedContinuation { continuation in
            Thread {
                work()
                continuation.resume()
            }.start()
        }
    }

    @Test("an import's spool leaves the directory its room on the disk, and says so")
    func spoolRoom() async throws {
        let free = Mutex<Int64>(SealedSpool.reserve + 10_000)
        let places = SpoolPlaces()
        let spool = try SealedSpool(
            folder: folder.path,
            sealer: SodiumSealer(key),
            place: places.take()
        ) { _ in free.withLock { $0 } }
        try spool.append([1, 2, 3])
        free.withLock { $0 = SealedSpool.reserve + 2 }
        let refusal = await failure { try spool.append([4, 5, 6]) }
        #expect(refusal?.code == .storeUnavailable)
        #expect(refusal?.message.contains("too little room") == true)
        #expect(try spool.next() == [1, 2, 3])
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    }

    private final class Free: Sendable {
        let bytes = Mutex<Int64>(DiskRoom.reserve)
    }

    @Test(
        "a batch of an import leaves the directory its room on the disk, and other changes are made"
    )
    func batchRoom() async throws {
        let free = Free()
        let store = try SQLiteStore(
            path: folder.file("muster.sqlite"),
            sealer: SodiumSealer(key),
            digester: SystemDigester(key),
            logLimit: 16384,
            room: DiskRoom { free.bytes.withLock { $0 } }
        )
        _ = try await store.insert("joan@example.com")
        /// Leaves the reserve beside what is in the log, which has to go into the file yet.
        func leaveReserve() throws {
            free.bytes.withLock { $0 = DiskRoom.reserve }
            let owed = DiskRoom.reserve - (try #require(store.freeBytes))
            #expect(owed > 0)
            free.bytes.withLock { $0 += owed }
            #expect(store.freeBytes == DiskRoom.reserve)
        }
        try leaveReserve()
        let caller = UserID(rawValue: 2)
        func batch() async throws(MusterError) -> Int {
            try await store.writeBatch(of: caller) { transaction throws(MusterError) in
                try transaction.userCount()
            }
        }
        #expect(try await batch() == 1)
        free.bytes.withLock { $0 -= 1 }
        let refusal = await failure { try await batch() }
        #expect(refusal?.code == .storeUnavailable)
        #expect(refusal?.cause as? Trouble == .disk)
        #expect(refusal?.message.contains("63 MiB are free, and 64 MiB are left") == true)
        _ = try await store.insert("jane@example.com")
        #expect(try store.userCount() == 2)
        try leaveReserve()
        #expect(try await batch() == 2)
        try store.close()
    }

    @Test("there are so many spools at a time and no more")
    func spoolPlaces() async throws {
        let maker = SealedSpools(
            folder: folder.path,
            sealer: SodiumSealer(MasterKey.random())
        )
        var spools: [any ImportSpool] = []
        for _ in 0..<SpoolPlaces.limit { spools.append(try maker.makeSpool()) }
        let refusal = await failure { _ = try maker.makeSpool() }
        #expect(refusal?.code == .overloaded)
        spools.removeLast()
        spools.append(try maker.makeSpool())
        #expect(spools.count == SpoolPlaces.limit)
    }

    @Test(
        "the first master key that a directory is opened with is its own, and another one is told"
    )
    func keyCheck() throws {
        let store = try open()
        #expect(try store.keyFits() && store.keyFits())
        try store.close()
        let other = MasterKey.random()
        let foreign = try SQLiteStore(
            path: folder.file("muster.sqlite"),
            sealer: SodiumSealer(other),
            digester: SystemDigester(other)
        )
        #expect(try !foreign.keyFits())
        #expect(try !foreign.keyFits(), "asking changes nothing")
        try foreign.close()
        #expect(try open().keyFits())
    }

    @Test(
        "where the master key is known, not everybody is asked for a phone number by which it might be"
    )
    func keyCheckOfMany() async throws {
        let store = try open()
        #expect(try store.keyFits())
        let arrivals = try (1...1_200).map { number in
            let draft = UserDraft(username: try Username("u\(number)@example.com"))
            return UserInsertion(uuid: UUID(), draft: draft, password: nil)
        }
        let ids = try await store.write { transaction throws(MusterError) in
            try transaction.insertUsers(arrivals, at: Timestamp(rawValue: 0))
        }
        let sealed = { @Sendable (user: UserID?) async throws(MusterError) in
            try await store.write { transaction throws(MusterError) in
                let transaction = transaction as? SQLiteTransaction
                try transaction?.run(
                    "UPDATE user SET phone_sealed = ? WHERE id = ?",
                    [[UInt8](repeating: 7, count: 64), user?.rawValue]
                )
            }
        }
        try await sealed(ids.last ?? nil)
        #expect(try store.keyFits())
        try await sealed(ids.first ?? nil)
        #expect(try !store.keyFits())
    }
}
