import MusterCore
import MusterSQL
import MusterTesting
import Testing

@testable import MusterSQLite

@Suite("A look at a group")
struct GroupPlanTests {
    @Test("takes as long however many members the group has")
    func plans() async throws {
        let folder = try StoreFolder()
        let store = try folder.open()
        let uuid = try await store.insert("jane@example.com").uuid
        let group = try await store.write { transaction throws(MusterError) in
            try transaction.insertGroup(
                uuid: uuid,
                name: "Team",
                isManagedBySAML: nil,
                externalID: nil,
                at: Timestamp(rawValue: 0)
            )
        }
        try store.close()
        let plans = try folder.plans { transaction in
            _ = try transaction.group(.id(group.id))
            _ = try transaction.group(.uuid(group.uuid))
            _ = try transaction.groups()
        }
        #expect(plans.count >= 3)
        #expect(plans.filter { $0.contains("group_member") || $0.contains(" m ") } == [])
        // Whether somebody is in it is asked of the one pair.
        let candidates = try folder.plans { transaction in
            _ = try transaction.candidates([uuid], of: group.id)
        }
        let pairs = candidates.filter { $0.contains(" m ") }
        #expect(pairs.count == 1)
        #expect(pairs.allSatisfy { $0.contains("(group_id=? AND user_id=?)") }, "\(candidates)")
    }

    @Test("by the beginning of its name takes an index, as does what belongs to many users")
    func indexes() async throws {
        let folder = try StoreFolder()
        let store = try folder.open()
        let jane = try await store.insert("jane@example.com").id
        try await store.write { transaction throws(MusterError) in
            let person = Person(otherAddresses: ["jane@example.org"])
            try transaction.replacePerson(of: jane, with: person)
        }
        try store.close()
        let plans = try folder.plans { transaction in
            _ = try transaction.groups(beginningWith: "Team", limit: 2)
            let others = [UserID(rawValue: jane.rawValue + 1), UserID(rawValue: jane.rawValue + 2)]
            let all = try transaction.belongings(of: [jane] + others, withPasswords: true)
            #expect(Array(all.keys) == [jane])
        }
        #expect(plans.count >= 8)
        #expect(plans.filter { $0.hasPrefix("SCAN") && !$0.contains("VIRTUAL TABLE") } == [])
    }
}
