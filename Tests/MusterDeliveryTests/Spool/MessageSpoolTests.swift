import Foundation
import MusterCore
import MusterCrypto
import MusterTesting
import Synchronization
import Testing

@testable import MusterDelivery

@Suite("Letters on disk", .timeLimit(.minutes(10)))
struct MessageSpoolTests {
    private let folder: TemporaryFolder
    private let clock = FixedClock()
    private let time = MovedTime()
    private let sealer = SodiumSealer(MasterKey.random())

    init() throws {
        folder = try TemporaryFolder()
    }

    private func opened() throws(MusterError) -> MessageSpool {
        let time = time
        return try MessageSpool(
            folder.file("email"),
            sealer: sealer,
            clock: clock,
            uptime: { time.now }
        )
    }

    /// Opens it again: the queue of the one before may be about to let go of it, and of its lock.
    private func reopened() async throws(MusterError) -> MessageSpool {
        while !Task.isCancelled {
            if let spool = try? opened() { return spool }
            await Task.yield()
        }
        return try opened()
    }

    private func files(_ state: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.file("email/" + state)).sorted()
    }

    private func advance(_ duration: Duration) {
        clock.advance(by: duration)
        time.advance(by: duration)
    }

    @Test(
        "a letter is one sealed file of its owner's, named by its time, and comes out as it went in"
    )
    func roundTrip() async throws {
        let spool = try opened()
        #expect(await spool.put(.code(7)) == nil)
        let name = try #require(try files("new").first)
        #expect(name == "001767225600000-00000000000000000000000000000007.0.msg")
        #expect(try folder.permissions("email/new/" + name) == 0o600)
        #expect(try folder.permissions("email") == 0o700)
        let bytes = try folder.bytes("email/new/" + name)
        for secret in ["123456", "jane", "code"] {
            #expect(!String(decoding: bytes, as: UTF8.self).contains(secret))
        }
        let (letter, entry) = try #require(await spool.take())
        #expect(letter.recipient == "jane@example.com" && letter.isCode && letter.id.hasSuffix("7"))
        #expect(letter.text.withExposedValue { $0 } == "The code is 123456.")
        #expect(try files("new").isEmpty && files("sending") == [name])
        await spool.finish(entry)
        #expect(try files("sending").isEmpty && spool.count == 0)
    }

    @Test(
        "what waits and what was on its way is there at the next start, and counts as one try more"
    )
    func restart() async throws {
        do {
            let first = try opened()
            #expect(await first.put(.code(1)) == nil)
            #expect(await first.put(.code(2)) == nil)
            _ = try #require(await first.take())
        }
        let second = try await reopened()
        #expect(second.count == 2)
        let taken = [try #require(await second.take()), try #require(await second.take())]
        #expect(Set(taken.map(\.letter.id)).count == 2)
        #expect(taken.map(\.entry.tries).sorted() == [0, 1])
    }

    @Test("what is of no use any more at the start is removed, and what no key opens")
    func expiredAtStart() async throws {
        do {
            let first = try opened()
            #expect(await first.put(.code(1)) == nil)
        }
        _ = FileManager.default.createFile(
            atPath: folder.file(
                "email/new/001767225600000-" + String(repeating: "b", count: 32) + ".0.msg"
            ),
            contents: Data(repeating: 7, count: 500)
        )
        _ = FileManager.default.createFile(
            atPath: folder.file("email/new/half.0.msg.part"),
            contents: Data()
        )
        advance(.seconds(300))
        let second = try await reopened()
        #expect(try second.count == 0 && files("new").isEmpty)
    }

    @Test("a letter that was renamed by somebody does not open under its new name")
    func renamed() async throws {
        do {
            let first = try opened()
            #expect(await first.put(.code(1)) == nil)
            let old = try #require(try files("new").first)
            try FileManager.default.moveItem(
                atPath: folder.file("email/new/" + old),
                toPath: folder.file("email/new/009967225600000-" + old.dropFirst(16))
            )
        }
        #expect(try await reopened().count == 0)
    }

    @Test("a second process is refused while the first has the folder")
    func lock() async throws {
        let first = try opened()
        let refusal = await failure { try opened() }
        #expect(
            refusal?.code == .settingInvalid && refusal?.message.contains("codes.outbox") == true
        )
        _ = first
    }

    @Test("codes are tried at 0, 3, 10, 30, 60 and 120 seconds, and then no more")
    func codeTries() async throws {
        let spool = try opened()
        #expect(await spool.put(.code()) == nil)
        for pause in [3, 7, 20, 30, 60] {
            let (letter, entry) = try #require(await spool.take())
            #expect(await spool.retry(letter, entry, "421 busy"))
            #expect(try files("new").count == 1 && files("sending").isEmpty)
            advance(.seconds(pause))
        }
        let (letter, entry) = try #require(await spool.take())
        #expect(await spool.retry(letter, entry, "421 busy") == false)
    }

    @Test("notices are tried at 0, 1, 5, 15 and 60 minutes, and then each hour")
    func noticeTries() {
        let pauses = (1...7).map { RetrySchedule.pause(after: $0, isCode: false) }
        #expect(pauses == [60, 240, 600, 2700, 3600, 3600, 3600].map { .seconds($0) })
        #expect(RetrySchedule.pause(after: 6, isCode: true) == nil)
    }

    @Test("no try is planned after the end")
    func end() async throws {
        let spool = try opened()
        #expect(await spool.put(.code()) == nil)
        let (letter, entry) = try #require(await spool.take())
        advance(.seconds(298))
        #expect(await spool.retry(letter, entry, "421 busy") == false)
        advance(.seconds(2))
        #expect(!spool.isOpen(letter, entry))
    }

    @Test(
        "a wall clock that jumps by an hour sends nothing late, and holds nothing up",
        arguments: [3600, -3600]
    )
    func jumps(_ seconds: Int) async throws {
        let spool = try opened()
        #expect(await spool.put(.code(1)) == nil)
        let (letter, entry) = try #require(await spool.take())
        clock.advance(by: .seconds(seconds))
        // The directory takes no code from before an hour, and none from the future.
        #expect(!spool.isOpen(letter, entry))
        #expect(await spool.put(.code(2, at: clock.now())) == nil)
        let next = try #require(await spool.take())
        #expect(spool.isOpen(next.letter, next.entry))
        #expect(await spool.retry(next.letter, next.entry, "421 busy"))
        time.advance(by: .seconds(3))
        _ = try #require(await spool.take())
    }

    @Test("a clock that is put back by less than a minute does not make a letter live longer")
    func putBack() async throws {
        let spool = try opened()
        #expect(await spool.put(.code()) == nil)
        let (letter, entry) = try #require(await spool.take())
        clock.advance(by: .seconds(-50))
        time.advance(by: .seconds(300))
        #expect(!spool.isOpen(letter, entry))
    }

    @Test("more than a thousand letters do not wait")
    func full() async throws {
        let spool = try opened()
        for number in 1...MessageSpool.mostWaiting {
            #expect(await spool.put(.code(number)) == nil)
        }
        #expect(await spool.put(.code(5000))?.contains("1000 messages wait") == true)
        let (_, entry) = try #require(await spool.take())
        await spool.finish(entry)
        #expect(await spool.put(.code(5000)) == nil)
    }

    @Test("notices take half of the room, and codes have the rest to themselves")
    func sharedRoom() async throws {
        do {
            let spool = try opened()
            for number in 1...MessageSpool.mostNotices {
                #expect(await spool.put(.notice(number)) == nil)
            }
            #expect(await spool.put(.notice(5000))?.contains("500 notices wait") == true)
            #expect(await spool.put(.code(5001)) == nil)
            let (letter, entry) = try #require(await spool.take())
            #expect(letter.isCode, "somebody waits for it")
            await spool.finish(entry)
            let next = try #require(await spool.take())
            await spool.finish(next.entry)
            #expect(await spool.put(.notice(5002)) == nil)
        }
        #expect(try await reopened().put(.notice(5003)) != nil, "they count after a start, too")
    }

    @Test("a folder that cannot be written is told, at the start and later")
    func unwritable() async throws {
        _ = FileManager.default.createFile(atPath: folder.file("email"), contents: Data())
        let refusal = await failure { try opened() }
        #expect(refusal?.code == .settingInvalid)
        try FileManager.default.removeItem(atPath: folder.file("email"))
        let spool = try opened()
        try FileManager.default.removeItem(atPath: folder.file("email"))
        _ = FileManager.default.createFile(atPath: folder.file("email"), contents: Data())
        #expect(await spool.put(.code()) != nil)
        #expect(spool.count == 0)
    }

    @Test("what failed is kept without code and address, and no longer than a week")
    func failed() async throws {
        do {
            let spool = try opened()
            #expect(await spool.put(.code()) == nil)
            let (letter, entry) = try #require(await spool.take())
            await spool.fail(letter, entry, "550 no")
            let name = try #require(try files("failed").first)
            let text = String(decoding: try folder.bytes("email/failed/" + name), as: UTF8.self)
            #expect(text.contains("Reason: 550 no\n") && text.contains("User: jane@example.com\n"))
            #expect(!text.contains("123456"))
            #expect(try files("sending").isEmpty)
        }
        advance(.seconds(8 * 86_400))
        _ = try await reopened()
        #expect(try files("failed").isEmpty)
    }

    @Test("what failed is forgotten after a week by a spool that stays open, too")
    func failedMeanwhile() async throws {
        let spool = try opened()
        #expect(await spool.put(.code()) == nil)
        let (letter, entry) = try #require(await spool.take())
        await spool.fail(letter, entry, "550 no")
        advance(.seconds(6 * 86_400))
        spool.wake()
        // The files are one queue's, so that this is done after what was begun before.
        #expect(await spool.put(.code(2)) == nil)
        #expect(try files("failed").count == 1)
        advance(.seconds(2 * 86_400))
        spool.wake()
        #expect(await spool.put(.code(3)) == nil)
        #expect(try files("failed").isEmpty)
    }
}

/// Time that moves when a test moves it.
final class MovedTime: Sendable {
    private let present = Mutex(Duration.zero)

    var now: Duration { present.withLock { $0 } }

    func advance(by duration: Duration) {
        present.withLock { $0 += duration }
    }
}
