import Dispatch
import MusterCore
import MusterTesting
import Testing

@testable import MusterCrypto

@Suite("Threads that hash")
struct HashingPoolTests {
    /// A thread that is busy until the gate is opened, and the queue behind it.
    private struct Busy {
        let pool: HashingPool
        private let gate = DispatchSemaphore(value: 0)
        private let blocker: Task<Void, any Error>

        init(queueLimit: Int, threads: Int = 1, lane: HashingLane = .machine) async {
            let pool = HashingPool(
                "test",
                threads: threads,
                queueLimit: queueLimit,
                priority: .hashing,
                memoryBytes: 0
            )
            self.pool = pool
            let (begun, begin) = AsyncStream.makeStream(of: Void.self)
            blocker = Task { [gate] in
                try await pool.run(in: lane) {
                    begin.finish()
                    gate.wait()
                }
            }
            for await _ in begun {}
        }

        /// Adds a job that does nothing, and returns when it waits.
        func add(
            _ lane: HashingLane,
            _ work: @escaping @Sendable () -> Void = {}
        ) async -> Task<Void, any Error> {
            let before = pool.waiting
            let task = Task { try await pool.run(in: lane, work) }
            while pool.waiting == before { await Task.yield() }
            return task
        }

        func open() async throws {
            gate.signal()
            try await blocker.value
        }
    }

    @Test("it tells how many wait, and how long those waited whose turn has come")
    func figures() async throws {
        let busy = await Busy(queueLimit: 3)
        let job = await busy.add(.bulk)
        let figures = busy.pool.figures("own")
        #expect(figures.name == "own" && figures.waiting == 1 && figures.places == 3)
        #expect(figures.waits.count == 1)
        try await busy.open()
        try await job.value
        #expect(busy.pool.figures("own").waiting == 0)
        #expect(busy.pool.figures("own").waits.count == 2)
    }

    @Test("a job whose caller has gone leaves the queue, and its place is free")
    func cancelled() async throws {
        let busy = await Busy(queueLimit: 1)
        let job = await busy.add(.bulk)
        #expect(await failure { try await busy.pool.run(in: .bulk) {} }?.code == .overloaded)
        job.cancel()
        await #expect(throws: MusterError.self) { try await job.value }
        #expect(busy.pool.waiting == 0)
        let other = await busy.add(.bulk)
        try await busy.open()
        try await other.value
    }

    @Test("a crowd that guesses leaves a thread for those who come from where they are known")
    func crowd() async throws {
        let network = SourceNetwork(of: IPAddress("203.0.113.7"))
        let stranger = HashingLane.stranger(network)
        let busy = await Busy(queueLimit: 3, threads: 2, lane: stranger)
        for _ in 0..<64 { busy.pool.note(.wrong, in: stranger) }
        let other = await busy.add(stranger)
        // Though a thread is free, the other stranger waits; this one does not.
        try await busy.pool.run(in: .familiar(network)) {}
        #expect(busy.pool.waiting == 1)
        try await busy.open()
        try await other.value
        #expect(busy.pool.waiting == 0)
    }

    @Test("where a crowd has all places, too: whoever gets one of theirs waits for none of them")
    func fullOfCrowd() async throws {
        let network = SourceNetwork(of: IPAddress("203.0.113.7"))
        let stranger = HashingLane.stranger(network)
        let busy = await Busy(queueLimit: 3, threads: 2, lane: stranger)
        for _ in 0..<64 { busy.pool.note(.wrong, in: stranger) }
        var others: [Task<Void, any Error>] = []
        for _ in 0..<3 { others.append(await busy.add(stranger)) }
        // The free thread was called for each of them, and has passed them over.
        while busy.pool.passedOver < 3 { await Task.yield() }
        try await busy.pool.run(in: .familiar(network)) {}
        #expect(busy.pool.waiting == 2)
        try await busy.open()
        var checked = 0
        for other in others { checked += (try? await other.value) == nil ? 0 : 1 }
        #expect(checked == 2)
    }

    @Test("whoever has gone before it asks waits for nothing")
    func cancelledBefore() async throws {
        let busy = await Busy(queueLimit: 1)
        let job = Task {
            while !Task.isCancelled { await Task.yield() }
            try await busy.pool.run(in: .machine) {}
        }
        job.cancel()
        let error = await #expect(throws: MusterError.self) { try await job.value }
        #expect(error?.cause is CancellationError)
        #expect(busy.pool.waiting == 0)
        try await busy.open()
    }

    @Test("a job that has begun is finished, whether anybody waits or not")
    func begun() async throws {
        let busy = await Busy(queueLimit: 4)
        let job = await busy.add(.bulk)
        try await busy.open()
        try await job.value
        job.cancel()
        try await busy.pool.run(in: .bulk) {}
    }

    @Test(
        "whoever is refused, at once or after waiting, is told so, and of which kind it was is the cause"
    )
    func refusals() async throws {
        let busy = await Busy(queueLimit: 2)
        let first = await busy.add(.network(1))
        let second = await busy.add(.network(1))
        let refused = await failure { try await busy.pool.run(in: .network(1)) {} }
        #expect(refused?.details["retry_after_seconds"] == "1")
        #expect(refused?.cause as? HashingRefusal == HashingRefusal(.strangers))
        let local = Task { try await busy.pool.run(in: .machine) {} }
        let displaced = await #expect(throws: MusterError.self) { try await second.value }
        #expect(displaced?.cause as? HashingRefusal == HashingRefusal(.strangers))
        try await busy.open()
        try await first.value
        try await local.value
    }

    @Test("the machine's own logins go before the strangers who wait")
    func localFirst() async throws {
        let busy = await Busy(queueLimit: 100)
        let (order, note) = AsyncStream.makeStream(of: String.self)
        var jobs: [Task<Void, any Error>] = []
        for _ in 0..<20 { jobs.append(await busy.add(.network(1)) { note.yield("stranger") }) }
        jobs.append(await busy.add(.machine) { note.yield("local") })
        jobs.append(await busy.add(.network(2)) { note.yield("other stranger") })
        try await busy.open()
        for job in jobs { try await job.value }
        note.finish()
        let first = await order.reduce(into: [String]()) { $0.append($1) }.prefix(4)
        #expect(first.contains("local") && first.contains("other stranger"))
    }
}
