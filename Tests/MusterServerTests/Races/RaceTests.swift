import HTTPTypes
import HummingbirdCore
import MusterCore
import MusterTesting
import Testing

@testable import MusterServer

/// Two changes of one user that are under way at the same moment leave what they leave one after the other.
///
/// Nothing is left to chance: while the first is on its way, its caller admitted and everything looked at that it looks
/// at beforehand, the second is made from its beginning to its end. Then the first goes on.
@Suite("Two changes of one user at the same moment end as one after the other does", .serialized)
struct RaceTests {
    @Test("every call that changes a user who exists races")
    func complete() {
        let raced = Set(RacingChange.all.map(\.route.name))
        let left = ChangingRoute.all.filter { !raced.contains($0.name) }.map(\.name)
        let others: Set<String> = [
            // These make a user, or groups.
            "POST /users", "POST /activelogic/v1/users", "POST /muster/v1/users", "POST /groups",
            "PUT /groups/:gid", "DELETE /groups/:gid", "POST /muster/v1/groups",
            "PATCH /muster/v1/groups/:group", "DELETE /muster/v1/groups/:group",
            "POST /scim/v2/Users", "POST /scim/v2/Groups", "PUT /scim/v2/Groups/:id",
            "PATCH /scim/v2/Groups/:id", "DELETE /scim/v2/Groups/:id",
            // Each of its operations is a call that races by itself.
            "POST /scim/v2/Bulk",
        ]
        #expect(Set(left.filter { !$0.contains("/by-name/") }) == others)
    }

    @Test("nothing is lost in memory", arguments: RacingChange.all)
    func memory(_ change: RacingChange) async throws {
        let stage = try await RaceStage(.memory)
        try await race(change, with: RacingChange.all, on: stage, [.body])
    }

    @Test("nothing is lost in SQLite", arguments: RacingChange.all)
    func sqlite(_ change: RacingChange) async throws {
        let stage = try await RaceStage(.sqlite)
        // Each pair of kinds once: the second is every fifth of the table, another fifth for each first.
        let others = RacingChange.all.filter { ($0.number + change.number) % 5 == 0 }
        try await race(change, with: others, on: stage, [])
    }

    private func race(
        _ change: RacingChange,
        with others: [RacingChange],
        on stage: RaceStage,
        _ more: [RaceScene.Meeting]
    ) async throws {
        let count = try await stage.withCopy { try await $0.count(change) }
        #expect(count > 0)
        let meetings = more + (0..<count).map { RaceScene.Meeting.change($0) }
        for other in others {
            // Other tests have clocks that run.
            await Task.yield()
            let before = try await stage.withCopy { try await $0.run(change, other, .after) }
            let after = try await stage.withCopy { try await $0.run(other, change, .after) }
            let orders = [before.outcome, after.outcome.turned]
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
