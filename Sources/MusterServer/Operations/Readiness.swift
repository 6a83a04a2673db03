import Dispatch
import MusterCore

/// Finds out whether the server can do its work now.
///
/// However many ask, it looks once a second at most, and no longer than three seconds.
actor Readiness {
    /// How long an answer holds.
    private static let validity = Duration.seconds(1)
    /// How long a look may take; longer where tests hold each other up.
    @TaskLocal static var patience = Duration.seconds(3)
    /// The bytes that have to be free on the disk, 16 MiB: some thousand changes before the log is merged.
    static let reserve: Int64 = 16_777_216
    private static let queue = DispatchQueue(label: "readiness", qos: .utility)

    private let directory: Directory
    private var known: (failed: [ReadinessCheck], at: Timestamp)?
    private var asking: Task<[ReadinessCheck], Never>?
    private var isLooking = false

    init(_ directory: Directory) {
        self.directory = directory
    }

    /// What fails now, or did within the last second; empty if the server is ready.
    func failed() async -> [ReadinessCheck] {
        let now = directory.clock.now()
        if let known, now >= known.at, now.since(known.at) < Readiness.validity {
            return known.failed
        }
        if let asking { return await asking.value }
        let task = Task { await self.ask() }
        asking = task
        let failed = await task.value
        known = (failed, directory.clock.now())
        asking = nil
        return failed
    }

    /// Looks, and gives up when it takes too long; the look goes on, and there is no other beside it.
    private func ask() async -> [ReadinessCheck] {
        guard !isLooking else { return [.time] }
        isLooking = true
        let (answers, answer) = AsyncStream.makeStream(
            of: [ReadinessCheck].self,
            bufferingPolicy: .bufferingOldest(1)
        )
        Task {
            answer.yield(await Readiness.look(at: directory))
            endLook()
        }
        let alarm = Task {
            try? await Task.sleep(for: Readiness.patience)
            answer.yield([.time])
        }
        defer { alarm.cancel() }
        for await failed in answers { return failed }
        return [.time]
    }

    private func endLook() {
        isLooking = false
    }

    private static func look(at directory: Directory) async -> [ReadinessCheck] {
        let store = directory.store
        var failed: Set<ReadinessCheck> = await withCheckedContinuation { done in
            queue.async { done.resume(returning: lookAlong(directory)) }
        }
        do {
            let identity = try await store.read(.bounded) { reader throws(MusterError) in
                try reader.identity()
            }
            if identity == nil { failed.insert(.read) }
        } catch {
            _ = directory.refusals.count(error)
            failed.insert(.read)
        }
        do {
            try await store.probe()
        } catch {
            _ = directory.refusals.count(error)
            failed.insert(.write)
        }
        if directory.refusals.troubles.count(of: .damage) > 0 { failed.insert(.damage) }
        return ReadinessCheck.allCases.filter(failed.contains)
    }

    /// Looks at what can be seen at once; the calling thread waits for the disk.
    private static func lookAlong(_ directory: Directory) -> Set<ReadinessCheck> {
        var failed: Set<ReadinessCheck> = []
        if !directory.store.isWritable { failed.insert(.files) }
        if let free = directory.store.freeBytes, free < reserve { failed.insert(.space) }
        if directory.hasher.isFull { failed.insert(.hashing) }
        return failed
    }
}
