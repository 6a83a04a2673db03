import Testing

@testable import SCIMAPI

@Suite("Which attributes a client of SCIM wants")
struct ProjectionTests {
    @Test("more names than there can be are refused, whichever they are")
    func many() throws {
        let names = Array(repeating: "displayName", count: 256)
        _ = try SCIMProjection(attributes: names, excluded: nil, of: .user)
        for others in [names + ["displayName"], Array(repeating: "unknown", count: 10_000)] {
            #expect(throws: SCIMFailure.self) {
                try SCIMProjection(attributes: others, excluded: nil, of: .user)
            }
            #expect(throws: SCIMFailure.self) {
                try SCIMProjection(attributes: nil, excluded: others, of: .user)
            }
        }
    }

    @Test("what is named again, however it is spelt, is gone through once")
    func again() throws {
        let spellings = [
            "members.value", "MEMBERS.VALUE", "members. value",
            "\(SCIMSchema.group.id):members.value", "members.display", "members[value eq \"1\"]",
            "members", "unknown",
        ]
        let names = (0..<32).flatMap { _ in spellings }
        let only = try SCIMProjection(attributes: names, excluded: nil, of: .group)
        let without = try SCIMProjection(attributes: nil, excluded: names, of: .group)
        #expect(only.count == 3 && without.count == 3)
    }

    @Test("a name longer than any is nobody's, and is not looked at; blanks count for nothing")
    func long() throws {
        let long = "displayName" + String(repeating: " ", count: 600)
        let unknown = try SCIMProjection(attributes: [long], excluded: nil, of: .user)
        #expect(!unknown.shows("displayName"))
        let known = try SCIMProjection(attributes: [" display Name"], excluded: nil, of: .user)
        #expect(known.shows("displayName"))
    }
}
