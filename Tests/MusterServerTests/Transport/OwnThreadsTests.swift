import Foundation
import MusterCore
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

    @Test("threads know what they are for, and no other thread is one of them")
    func kinds() async throws {
        let kind = await WorkerPool("test", .reads, threads: 1).run { WorkerThread.current }
        #expect(kind == .reads)
        let lane = ListThreads.shared.lane(for: Self.other)
        let ofList = await Task(executorPreference: lane) { WorkerThread.current }.value
        #expect(ofList == .lists)
        #expect(WorkerThread.current == nil)
    }
}
