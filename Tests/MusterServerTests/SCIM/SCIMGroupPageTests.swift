import FoundationEssentials
import HTTPTypes
import HummingbirdCore
import MusterCore
import MusterTesting
import StoreTesting
import Testing
import TextBytes
import WireJSON

@testable import MusterServer

@Suite("Pages of groups over SCIM", .everyStore)
struct SCIMGroupPageTests {
    private let test: TestDirectory
    /// Who is in the group `b` alone.
    private let last: User

    init() async throws {
        test = try await TestDirectory()
        var users: [User] = []
        for number in 1...3 { users.append(try await test.makeUser("u\(number)@example.com")) }
        last = users[2]
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

    @Test("a group that is looked for by its name, its id or a member is the one that passes")
    func found() async throws {
        let groups = try await test.groups.list(by: test.asAdministrator)
        let b = try #require(groups.first { $0.name.hasSameBytes(as: "b") })
        let cases: [(filter: String, names: [String])] = [
            ("displayName eq \"b\"", ["b"]), ("displayName eq \"B\"", ["b"]),
            ("displayName eq \"nobody\"", []), ("displayName eq \"All Users\"", []),
            ("displayName eq \"\(String(repeating: "b", count: 4_000))\"", []),
            ("displayName eq \"b\" and displayName eq \"c\"", []),
            ("displayName eq \"b\" or displayName eq \"c\"", ["b", "c"]),
            ("not (displayName eq \"b\")", ["a", "c", "d", "e"]),
            ("id eq \"\(b.uuid.text)\"", ["b"]), ("id eq \"\(Group.everyoneUUID.text)\"", []),
            ("id eq \"b\"", []),
            ("displayName eq \"b\" and members eq \"\(last.uuid.text)\"", ["b"]),
            ("displayName eq \"a\" and members eq \"\(last.uuid.text)\"", []),
            ("members eq \"\(last.uuid.text)\"", ["b"]),
        ]
        for (filter, names) in cases {
            let page = try await page([("filter", .string(filter))], upTo: 100)
            #expect(page.names == names, "\(filter)")
            #expect(page.found.total == names.count, "\(filter)")
        }
    }

    @Test("a long group is read for the answer to a change when that is made, and where lists are")
    func changed() async throws {
        let store = try WatchedStore()
        let test = try await TestDirectory(store: store)
        let (random, now) = (test.directory.random, test.clock.now())
        let count = SCIMGroupRoutes.shownMembers + 1
        let group = try await test.groups.create(by: test.asAdministrator) {
            () throws(MusterError) in try GroupDraft(name: "long", isManagedBySAML: nil)
        }
        let arrivals = (1...count).map { number in
            UserInsertion(
                uuid: .random(from: random),
                draft: UserDraft(username: Username(stored: "user\(number)"))
            )
        }
        try await store.write { transaction throws(MusterError) in
            for user in try transaction.insertUsers(arrivals, at: now).compactMap(\.self) {
                _ = try transaction.addMember(user, to: group.id)
            }
        }
        let keys = test.administratorKeys
        let token = "Bearer " + keys.accessKey + keys.secretKey.withExposedValue(\.self)
        let path = "\(SCIMRoutes.root)/Groups/\(group.uuid.text)"
        _ = store.take()
        let response = try await TestServer(test).send(
            .put,
            path,
            body: #"{"displayName":"other"}"#,
            fields: [.authorization: token]
        )
        #expect(response.status == .ok)
        let text = try await response.text()
        #expect(text.contains("\"displayName\":\"other\""))
        #expect(text.utf8.split(separator: UInt8(ascii: "{")).count > count)
        #expect(store.take().lists == 1)
    }

    @Test(
        "a group of very many members is the same in pieces, and ends where its reader's right does",
        arguments: [1, 2, 3, 100]
    )
    func pieces(_ size: Int) async throws {
        let random = test.directory.random
        let members = (1...3).map { _ in UUID.random(from: random) }
        let group = try await test.groups.list(by: test.asAdministrator)[1]
        let view = SCIMGroupView(test.directory)
        let whole = GroupWithMembers(group: group, members: members)
        let text = Answer.json { $0.value(.object(view.resource(whole, root: "https://a"))) }.body
        let rest = GroupWithMembers(group: group, members: nil)
        func write(isAdmitted: Bool) async throws -> String {
            let batches = SCIMGroupBatches(
                rest: view.resource(rest, root: "https://a"),
                members: members,
                root: "https://a",
                size: size
            ) { () async throws(MusterError) in
                guard isAdmitted else { throw MusterError(.credentialsInvalid, "gone") }
            }
            let pieces = ListPieces {}
            var writer: any ResponseBodyWriter = pieces
            do {
                try await batches.write(to: &writer)
            } catch {
                #expect(!isAdmitted)
            }
            return pieces.text
        }
        #expect(try await Array(write(isAdmitted: true).utf8) == text)
        #expect(try await write(isAdmitted: false).isEmpty)
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
