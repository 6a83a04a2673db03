import HTTPTypes
import MusterCore
import MusterTesting
import Testing

@testable import MusterServer

/// Two changes of one user that are under way at the same moment leave what they leave one after the other.
///
/// Nothing is left to chance: while the first is on its way, its caller admitted and everything looked at that it looks
/// at beforehand, the second is made from its beginning to its end. Then the first goes on.
@Suite("Two changes of one user at the same moment end as one after the other does")
struct RaceTests {
    @Test("every call that changes a user who exists races")
    func complete() {
        let raced = Set(RacingChange.all.map(\.name))
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

    @Test("every form of the console races, or the table says why not")
    func forms() async throws {
        let routes = MusterApplication.everyRoute(try await TestDirectory().directory)
        let forms = routes.filter { $0.admitsStrangers && $0.method != .get }.map(\.path)
        let raced = Set(RacingForm.all.map(\.pattern))
        let left = RacingForm.left.values.reduce(Set()) { $0.union($1) }
        #expect(raced.union(left) == Set(forms))
        #expect(raced.isDisjoint(with: left))
        for change in RacingChange.all {
            // Each of them meets others, by both kinds of ways.
            #expect(RacingChange.all.filter { change.meets($0) }.count >= 8)
        }
    }

    // One race after another, so that tests with clocks that run wait for few; but the stores at the same time.
    @Suite("in memory", .serialized)
    struct InMemory {
        @Test("nothing is lost", arguments: RacingChange.all)
        func race(_ change: RacingChange) async throws {
            let others = RacingChange.all.filter { change.meets($0) }
            try await RaceCourse.memory.value.race(change, with: others, [.body])
        }
    }

    @Suite("in SQLite", .serialized)
    struct InSQLite {
        @Test("nothing is lost", arguments: RacingChange.all)
        func race(_ change: RacingChange) async throws {
            // Each pair of kinds once: the second is every fifth of the table, another fifth for each first.
            let others = RacingChange.all.filter {
                ($0.number + change.number) % 5 == 0 && change.meets($0)
            }
            try await RaceCourse.sqlite.value.race(change, with: others, [])
        }
    }
}
