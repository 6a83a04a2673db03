import Foundation
import MusterCore
import MusterCrypto
import MusterTesting
import Synchronization
import Testing

@testable import MusterDelivery

@Suite("Folders of messages that are removed under the running server")
struct RemovedFolderTests {
    private let folder: TemporaryFolder
    private let clock = FixedClock()
    private let time = MovedTime()
    private let sealer = SodiumSealer(MasterKey.random())
    private let troubles = Troubles()

    init() throws {
        folder = try TemporaryFolder()
    }

    private func opened() throws(MusterError) -> MessageSpool {
        let (time, troubles) = (time, troubles)
        return try MessageSpool(
            folder.file("outbox/email"),
            sealer: sealer,
            clock: clock,
            uptime: { time.now },
            trouble: { troubles.add($0) }
        )
    }

    /// A spool in an outbox that is there, as it is when a server starts.
    private func started() throws -> MessageSpool {
        try FileManager.default.createDirectory(
            atPath: folder.file("outbox"),
            withIntermediateDirectories: true
        )
        return try opened()
    }

    private func remove(_ path: String) throws {
        try FileManager.default.removeItem(atPath: folder.file(path))
    }

    private func files(_ state: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(
            atPath: folder.file("outbox/email/" + state)
        )
    }

    @Test(
        "what is removed is made again, with its lock, and told once",
        arguments: ["outbox", "outbox/email", "outbox/email/new", "outbox/email/lock"]
    )
    func madeAgain(_ path: String) async throws {
        let spool = try started()
        try remove(path)
        #expect(await spool.put(.code(1)) == nil)
        #expect(await spool.put(.code(2)) == nil)
        #expect(troubles.all.count == 1 && troubles.all.first?.contains("were made again") == true)
        #expect(try folder.permissions("outbox/email/new") == 0o700)
        let second = await failure { try opened() }
        #expect(second?.code == .settingInvalid, "the lock is held again")
        let (letter, entry) = try #require(await spool.take())
        #expect(letter.id.hasSuffix("1"))
        await spool.finish(entry)
        #expect(spool.count == 1)
    }

    @Test("a code that waits is sent though the folder of what is on its way was removed")
    func sending() async throws {
        let spool = try started()
        #expect(await spool.put(.code(1)) == nil)
        try remove("outbox/email/sending")
        let (letter, _) = try #require(await spool.take())
        #expect(letter.id.hasSuffix("1"))
        #expect(try files("sending").count == 1)
        #expect(troubles.all.count == 1)
    }

    @Test("a letter on its way is kept for its next try though its folder was removed")
    func onItsWay() async throws {
        let spool = try started()
        #expect(await spool.put(.code(1)) == nil)
        let (letter, entry) = try #require(await spool.take())
        try remove("outbox")
        #expect(await spool.retry(letter, entry, "421 busy"))
        #expect(try files("new").count == 1)
        time.advance(by: .seconds(3))
        clock.advance(by: .seconds(3))
        #expect(try #require(await spool.take()).letter.id.hasSuffix("1"))
    }

    @Test("letters that waited in a folder that was removed are told, and one that is taken back")
    func lost() async throws {
        let spool = try started()
        #expect(await spool.put(.code(1)) == nil)
        try remove("outbox/email")
        #expect(await spool.put(.code(2)) == nil)
        let (letter, entry) = try #require(await spool.take())
        #expect(letter.id.hasSuffix("2"))
        await spool.finish(entry)
        #expect(spool.count == 0)
        #expect(troubles.all.last?.contains("not there any more") == true)
        #expect(await spool.put(.code(3)) == nil)
        try remove("outbox/email/new/" + files("new")[0])
        #expect(await spool.put(.code(4)) == nil)
        #expect(try #require(await spool.take()).letter.id.hasSuffix("4"))
        #expect(troubles.all.count == 3)
    }

    @Test("a folder that another server has taken meanwhile is refused")
    func taken() async throws {
        let spool = try started()
        try remove("outbox/email")
        let second = try opened()
        #expect(await spool.put(.code(1))?.contains("Another process") == true)
        #expect(await second.put(.code(2)) == nil)
    }
}

private final class Troubles: Sendable {
    private let kept = Mutex<[String]>([])

    var all: [String] { kept.withLock { $0 } }

    func add(_ text: String) {
        kept.withLock { $0.append(text) }
    }
}
