import MusterCore
import MusterTesting
import StoreTesting
import Testing
import WireJSON

@testable import MusterServer

@Suite("Pages of groups over SCIM", .everyStore)
struct SCIMGroupPageTests {
    private let test: TestDirectory

    init() async throws {
        test = try await TestDirectory()
        var users: [User] = []
        for number in 1...3 { users.append(try await test.makeUser("u\(number)@example.com")) }
        for (name, count) in [("a", 2), ("b", 3), ("c", 0), ("d", 1), ("e", 1)] {
            let group = try await test.groups.create(by: test.asAdministrator) {
                () throws(MusterError) in try GroupDraft(name: name, isManagedBySAML: nil)
            }
            for user in users.prefix(count) {
                try await test.groups.setMembership(
                    of: .id(user.id),
                    in: .id(group.id),
                    isMember: true,
                    by: test.asAdministrator
                )
            }
        }
    }

    private func page(
        _ members: [(name: String, value: JSONValue)],
        upTo mostMembers: Int = 2
    ) async throws -> (names: [String], found: SCIMFound) {
        let search = SCIMGroupSearch(test.directory, mostMembers: mostMembers)
        let found = try await search.found(
            try SCIMPage(JSONObject(members)),
            by: test.asAdministrator,
            root: ""
        )
        let names = found.resources.compactMap { shown -> String? in
            guard case .tree(let group) = shown else { return nil }
            return group.text("displayName")
        }
        return (names, found)
    }

    @Test("a page ends before its groups have too many members, and has one at least")
    func counted() async throws {
        var (start, pages): (Int, [[String]]) = (1, [])
        while true {
            let (names, found) = try await page([("startIndex", .integer(Int64(start)))])
            #expect(found.total == 5 && found.next == nil)
            guard !names.isEmpty else { break }
            pages.append(names)
            start += names.count
        }
        #expect(pages == [["a"], ["b"], ["c", "d", "e"]])
    }

    @Test("after a cursor the next page begins with what was left out")
    func cursors() async throws {
        var (cursor, pages): (String?, [[String]]) = ("", [])
        while let text = cursor {
            let (names, found) = try await page([("cursor", .string(text))])
            pages.append(names)
            cursor = found.next
        }
        #expect(pages == [["a"], ["b"], ["c", "d", "e"]])
    }

    @Test(
        "where members are not shown they are not counted, and a filter about them holds all the same"
    )
    func unseen() async throws {
        let hidden = (name: "excludedAttributes", value: JSONValue.string("members"))
        #expect(try await page([hidden]).names == ["a", "b", "c", "d", "e"])
        let filter = (name: "filter", value: JSONValue.string("not (members pr)"))
        #expect(try await page([hidden, filter]).names == ["c"])
        #expect(try await page([], upTo: 100).names == ["a", "b", "c", "d", "e"])
    }
}
