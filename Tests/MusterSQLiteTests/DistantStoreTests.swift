import MusterCore
import MusterTesting
import Testing
import WorkerThreads

@Suite("The store that is far away")
struct DistantStoreTests {
    @Test("passes the stores' suite")
    func conformance() async throws {
        try await StoreConformance { DistantStore() }.everything()
    }

    @Test("reads and changes on threads of its own, and counts each method that is called")
    func counts() async throws {
        let store = DistantStore()
        let wasOwn = try await store.write { transaction throws(MusterError) in
            _ = try transaction.userCount()
            return WorkerThread.current == .reads
        }
        let found = try await store.read(.bounded) { reader throws(MusterError) in
            (try reader.userCount(), try reader.revision(), WorkerThread.current == .reads)
        }
        #expect(wasOwn && found.2)
        #expect(store.takeCalls() == DistantStore.Calls(reads: 1, changes: 1, trips: 3))
        #expect(store.takeCalls() == DistantStore.Calls())
    }

    @Test("each of them takes the time of the way there and back")
    func delay() async throws {
        let way = Duration.milliseconds(20)
        let store = DistantStore(delay: way)
        let clock = ContinuousClock()
        let taken = try await clock.measure {
            _ = try await store.read(.bounded) { reader throws(MusterError) in
                (try reader.userCount(), try reader.revision())
            }
        }
        #expect(taken >= way * 2)
    }
}
