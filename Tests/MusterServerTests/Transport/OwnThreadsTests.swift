import Foundation
import HTTPTypes
import HummingbirdCore
import MusterCore
import MusterTesting
import Synchronization
import Testing
import WorkerThreads

@testable import MusterServer

/// Something that has happened or not.
private final class Event: Sendable {
    private let flag = Atomic<Bool>(false)

    var hasHappened: Bool { flag.load(ordering: .acquiring) }

    func happen() { flag.store(true, ordering: .releasing) }
}

@Suite("Each kind of work has threads of its own", .serialized, .timeLimit(.minutes(10)))
struct OwnThreadsTests {
    private static let other = UserID(rawValue: 7201)

    @Test("a search is made while other work keeps as many threads busy as there are processors")
    func busyProcessors() async throws {
        let count = ProcessInfo.processInfo.activeProcessorCount
        let busy = WorkerPool("busy", .reads, threads: count)
        let (begun, begin) = AsyncStream.makeStream(of: Void.self)
        let answered = Event()
        // Work that computes, as SQLite does: a thread that sleeps would be replaced by Dispatch.
        let end = ContinuousClock.now + .seconds(120)
        let work = (0..<count).map { _ in
            Task {
                await busy.run {
                    begin.yield()
                    while !answered.hasHappened, ContinuousClock.now < end {}
                    return answered.hasHappened
                }
            }
        }
        var left = count
        for await _ in begun {
            left -= 1
            if left == 0 { break }
        }
        await WorkerPool("free", .reads, threads: 1).run { answered.happen() }
        for part in work { #expect(await part.value, "the search was made meanwhile") }
    }

    @Test("a search is answered while lists of its caller keep all their threads busy")
    func ownLists() async throws {
        let test = try await TestDirectory()
        let lane = ListThreads.shared.lane(for: test.asAdministrator.user.id)
        let (begun, begin) = AsyncStream.makeStream(of: Void.self)
        let answered = Event()
        let end = ContinuousClock.now + .seconds(120)
        let lists = (0..<2).map { _ in
            Task(executorPreference: lane) {
                begin.yield()
                while !answered.hasHappened, ContinuousClock.now < end {}
                return answered.hasHappened
            }
        }
        var left = lists.count
        for await _ in begun {
            left -= 1
            if left == 0 { break }
        }
        let found = try await TestServer(test).send(
            .get,
            "/muster/v1/users?f=admin&limit=10",
            as: test.administratorKeys
        )
        answered.happen()
        #expect(found.status == .ok)
        for list in lists { #expect(await list.value, "the search was answered meanwhile") }
    }

    @Test("threads know what they are for, and no other thread is one of them")
    func kinds() async throws {
        let kind = await WorkerPool("test", .reads, threads: 1).run { WorkerThread.current }
        #expect(kind == .reads)
        let lane = ListThreads.shared.lane(for: Self.other)
        let ofList = await Task(executorPreference: lane) { WorkerThread.current }.value
        #expect(ofList == .lists)
        let backup = await WorkerPool("test", .backups, threads: 1).run { WorkerThread.current }
        #expect(backup == .backups)
        let importing = ImportThread.shared.lane(for: Self.other)
        let ofImport = await Task(executorPreference: importing) { WorkerThread.current }.value
        #expect(ofImport == .imports)
        #expect(WorkerThread.current == nil)
    }
}
