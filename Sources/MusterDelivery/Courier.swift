public import MusterCore

/// Takes letters from a spool to a carrier, tries again what fails, and tells what became of each.
public struct Courier: Sendable {
    /// How often it is looked whether a letter has become due.
    private static let tick = Duration.milliseconds(500)

    private let spool: MessageSpool
    private let carrier: any Carrier
    private let lanes: Int
    private let report: @Sendable (DeliveryReport) async -> Void

    /// Builds a courier.
    ///
    /// - Parameters:
    ///   - spool: Where letters wait.
    ///   - carrier: Who takes them.
    ///   - lanes: How many are on their way at a time, from 1.
    ///   - report: Is told what became of each letter in the end, and of each failed try.
    public init(
        _ spool: MessageSpool,
        _ carrier: any Carrier,
        lanes: Int,
        report: @escaping @Sendable (DeliveryReport) async -> Void
    ) {
        self.spool = spool
        self.carrier = carrier
        self.lanes = lanes
        self.report = report
    }

    /// How long what is on its way may take when the server ends.
    private static let grace = Duration.seconds(2)

    /// Works until the task is cancelled; what is on its way then has two seconds, and waits for the next start where that
    /// is not enough.
    public func run() async {
        await withTaskCancellationHandler {
            await withDiscardingTaskGroup { group in
                for _ in 0..<max(lanes, 1) {
                    group.addTask { while await deliverNext() {} }
                }
                group.addTask {
                    while (try? await Task.sleep(for: Courier.tick)) != nil { spool.wake() }
                }
            }
        } onCancel: {
            spool.close()
            Task {
                try? await Task.sleep(for: Courier.grace)
                carrier.stop()
            }
        }
    }

    /// Takes the next letter through one try.
    ///
    /// - Returns: Whether there may be another one.
    func deliverNext() async -> Bool {
        guard let (letter, entry) = await spool.take() else { return false }
        guard spool.isOpen(letter, entry) else {
            await spool.fail(letter, entry, "it was of no use any more")
            await tell(letter, entry.tries, .expired)
            return true
        }
        let outcome = await carrier.deliver(letter, within: spool.timeLeft(letter, entry))
        switch outcome {
        case .delivered(let reply):
            await spool.finish(entry)
            spool.note(isTaken: true)
            await tell(letter, entry.tries + 1, .delivered(reply))
        case .refused(let reason):
            await spool.fail(letter, entry, reason)
            await tell(letter, entry.tries + 1, .refused(reason))
        case .failed(let reason):
            // Given up on because the server ends: the start takes it up.
            guard !Task.isCancelled else { return false }
            spool.note(isTaken: false)
            if await spool.retry(letter, entry, reason) {
                let isNews = entry.reason.map { !$0.utf8.elementsEqual(reason.utf8) } ?? true
                await tell(letter, entry.tries + 1, .waits(reason), isNews: isNews)
            } else {
                await spool.fail(letter, entry, reason)
                await tell(letter, entry.tries + 1, .failed(reason))
            }
        }
        return !Task.isCancelled
    }

    private func tell(
        _ letter: Letter,
        _ tries: Int,
        _ result: DeliveryReport.Result,
        isNews: Bool = true
    ) async {
        await report(
            DeliveryReport(
                party: letter.party,
                channel: letter.channel,
                purpose: letter.purpose,
                message: letter.id,
                since: letter.createdAt,
                until: letter.expiresAt,
                tries: tries,
                result: result,
                isNews: isNews
            )
        )
    }
}
