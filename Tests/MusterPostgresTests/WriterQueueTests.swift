import Dispatch
import MusterCore
import MusterCrypto
import MusterTesting
import Testing

@testable import MusterPostgres

@Suite("Changes that wait for the engine")
final class WriterQueueTests: Sendable {
    private static let limit = 4

    private let writer: PostgresWriter
    private let gate = DispatchSemaphore(value: 0)

    /// A writer whose thread is busy until the gate is opened, and four places.
    ///
    /// There is no engine.
    init() async throws {
        let place = PostgresPlace(address: try PostgresAddress("host=/nowhere dbname=none"))
        let writer = PostgresWriter(
            place,
            sealer: SodiumSealer(MasterKey.random()),
            queueLimit: Self.limit
        )
        self.writer = writer
        let (begun, begin) = AsyncStream.makeStream(of: Void.self)
        Task { [gate] in
            try await writer.run { _ in
                begin.finish()
                gate.wait()
            }
        }
        for await _ in begun {}
    }

    private func change(asBatchOf caller: UserID? = nil) async -> MusterError? {
        await failure { try await writer.write(asBatchOf: caller) { _ in } }
    }

    private func fill() async -> [Task<MusterError?, Never>] {
        var tasks: [Task<MusterError?, Never>] = []
        for number in 1...Self.limit {
            tasks.append(Task { await change() })
            while writer.waitingChanges < number { await Task.yield() }
        }
        return tasks
    }

    @Test(
        "one more than there are places for is told to come again in a second, and the others have their turn"
    )
    func full() async throws {
        let waiting = await fill()
        let refused = await change()
        #expect(refused?.code == .overloaded && refused?.cause as? Trouble == .databaseQueue)
        #expect(refused?.details["retry_after_seconds"] == "1")
        #expect(writer.waitingChanges == Self.limit)
        gate.signal()
        for task in waiting {
            #expect(
                await task.value?.code == .storeUnavailable,
                "it was tried, and there is no engine"
            )
        }
        #expect(await change()?.code == .storeUnavailable, "there is room again")
        writer.close()
    }

    @Test("a batch of an import, of which there are few, takes no place of theirs")
    func batches() async throws {
        let waiting = await fill()
        let batch = Task { await change(asBatchOf: UserID(rawValue: 7)) }
        await Task.yield()
        gate.signal()
        #expect(await batch.value?.code == .storeUnavailable)
        for task in waiting { _ = await task.value }
        writer.close()
    }
}
