import MusterCore
import MusterTesting
import Synchronization
import Testing

/// All races on one ``RaceStage``, with what two changes leave that are made one after the other.
struct RaceCourse: Sendable {
    static let memory = Task { RaceCourse(try await RaceStage(.memory)) }
    static let sqlite = Task { RaceCourse(try await RaceStage(.sqlite)) }

    private let stage: RaceStage
    private let orders = Orders()

    private init(_ stage: RaceStage) { self.stage = stage }

    /// Lets a change be met by each of others at every moment there is.
    func race(
        _ change: RacingChange,
        with others: [RacingChange],
        _ more: [RaceScene.Meeting]
    ) async throws {
        let count = try await stage.withCopy { try await $0.count(change) }
        #expect(count > 0)
        let meetings = more + (0..<count).map { RaceScene.Meeting.change($0) }
        for other in others {
            // Other tests have clocks that run.
            await Task.yield()
            let orders = [
                try await order(change, other), try await order(other, change).turned,
            ]
            for meeting in meetings {
                let (outcome, hasMet) = try await stage.withCopy {
                    try await $0.run(change, other, meeting)
                }
                #expect(hasMet, "\(other.testDescription)")
                let isSerial = orders.contains {
                    outcome.isOutcome(of: $0, failuresBefore: stage.jane.logins.failureTotal)
                }
                let difference = outcome.difference(from: orders[1])
                #expect(isSerial, "\(other.testDescription) \(meeting): \(difference)")
            }
        }
    }

    /// What is left where the second is made when the first has ended.
    private func order(
        _ first: RacingChange,
        _ second: RacingChange
    ) async throws -> RaceOutcome {
        if let known = orders.take(first, second) { return known }
        let outcome = try await stage.withCopy { try await $0.run(first, second, .after) }.outcome
        orders.keep(outcome, first, second)
        return outcome
    }
}

/// Outcomes that will be asked for once more: whoever is the first in one race is the second in another.
private final class Orders: Sendable {
    private let kept = Mutex<[[Int]: RaceOutcome]>([:])

    func take(_ first: RacingChange, _ second: RacingChange) -> RaceOutcome? {
        kept.withLock { $0.removeValue(forKey: [first.number, second.number]) }
    }

    func keep(_ outcome: RaceOutcome, _ first: RacingChange, _ second: RacingChange) {
        kept.withLock { $0[[first.number, second.number]] = outcome }
    }
}

extension RaceOutcome {
    /// The same with the answers the other way round.
    fileprivate var turned: RaceOutcome {
        RaceOutcome(
            answers: answers.reversed(),
            lines: lines,
            guesses: guesses,
            failures: failures
        )
    }

    private init(answers: [String], lines: [String], guesses: [String], failures: Int?) {
        self.answers = answers
        self.lines = lines
        self.guesses = guesses
        self.failures = failures
    }
}
