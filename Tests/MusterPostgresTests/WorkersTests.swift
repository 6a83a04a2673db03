import Dispatch
import MusterCore
import MusterTesting
import Synchronization
import Testing

@testable import MusterPostgres

@Suite("Threads that ask the engine")
final class WorkersTests: Sendable {
    private static let crowd = HashingLane.stranger(SourceNetwork(of: IPAddress("203.0.113.7")))
    private static let other = HashingLane.stranger(SourceNetwork(of: IPAddress("198.51.100.7")))
    private static let caller = HashingLane.caller(UserID(rawValue: 7))

    private let workers: PostgresWorkers
    private let gate = DispatchSemaphore(value: 0)
    private let done = Mutex<[String]>([])

    /// One thread that is busy until the gate is opened, and four places.
    ///
    /// No engine is asked.
    init() async throws {
        let place = PostgresPlace(address: try PostgresAddress("host=/nowhere dbname=none"))
        let workers = PostgresWorkers("test", place, threads: 1, queueLimit: 4)
        self.workers = workers
        let (begun, begin) = AsyncStream.makeStream(of: Void.self)
        Task { [gate] in
            try await workers.run { _ in
                begin.finish()
                gate.wait()
            }
        }
        for await _ in begun {}
    }

    private func look(_ name: String, in lane: HashingLane) async throws {
        try await ReadLane.$current.withValue(lane) {
            try await workers.run { _ in self.done.withLock { $0.append(name) } }
        }
    }

    /// Adds a look-up, and returns when it waits.
    private func add(_ name: String, in lane: HashingLane) async -> Task<Void, any Error> {
        let before = workers.waiting
        let task = Task { try await look(name, in: lane) }
        while workers.waiting == before { await Task.yield() }
        return task
    }

    private func fill() async -> [Task<Void, any Error>] {
        var crowd: [Task<Void, any Error>] = []
        for number in 1...4 { crowd.append(await add("\(number)", in: Self.crowd)) }
        return crowd
    }

    private func refusal(of task: Task<Void, any Error>) async -> MusterError? {
        do {
            try await task.value
            return nil
        } catch {
            return error as? MusterError
        }
    }

    @Test("a caller gets the place of a crowd of strangers, and its turn before them")
    func caller() async throws {
        let crowd = await fill()
        let call = Task { try await look("caller", in: Self.caller) }
        let refused = await refusal(of: crowd[3])
        #expect(refused?.code == .overloaded && refused?.cause as? Trouble == .databaseQueue)
        #expect(refused?.details["retry_after_seconds"] == "1")
        gate.signal()
        try await call.value
        for task in crowd.prefix(3) { try await task.value }
        #expect(done.withLock { $0 } == ["caller", "1", "2", "3"])
        workers.close()
    }

    @Test("a stranger from elsewhere gets a place of the crowd's, one more of the crowd none")
    func strangers() async throws {
        let crowd = await fill()
        let late = Task { try await look("late", in: Self.crowd) }
        #expect(await refusal(of: late)?.code == .overloaded)
        let stranger = Task { try await look("other", in: Self.other) }
        #expect(await refusal(of: crowd[3])?.code == .overloaded)
        gate.signal()
        try await stranger.value
        for task in crowd.prefix(3) { try await task.value }
        #expect(done.withLock { Set($0) } == ["1", "2", "3", "other"])
        workers.close()
    }

    @Test("of whoever has gone nothing is asked, and its place is free at once")
    func cancelled() async throws {
        let crowd = await fill()
        for task in crowd { task.cancel() }
        for task in crowd {
            let refused = await refusal(of: task)
            #expect(refused?.cause is CancellationError)
        }
        #expect(workers.waiting == 0)
        let next = await add("next", in: Self.crowd)
        gate.signal()
        try await next.value
        #expect(done.withLock { $0 } == ["next"])
        workers.close()
    }

    @Test("when it is closed it does what waits, and takes nothing more")
    func closed() async throws {
        let waiting = await add("waiting", in: Self.crowd)
        gate.signal()
        workers.close()
        try await waiting.value
        #expect(done.withLock { $0 } == ["waiting"])
        let late = Task { try await look("late", in: Self.caller) }
        #expect(await refusal(of: late)?.code == .overloaded)
    }
}
