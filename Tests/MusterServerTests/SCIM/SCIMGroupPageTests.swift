import FoundationEssentials
import HTTPTypes
import HummingbirdCore
import MusterCore
import MusterTesting
import SCIMAPI
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

    @Test(
        "a long group is read for the answer to a change when that is made, and always where searches are"
    )
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
        #expect(store.take().unbounded == 1)
        for query in ["", "?attributes=members.display"] {
            let shown = try await TestServer(test).send(
                .get,
                path + query,
                fields: [.authorization: token]
            )
            #expect(shown.status == .ok)
            #expect(store.take().unbounded == 1)
        }
    }

    /// The text that batches write, as far as their reader is admitted.
    private func text(_ batches: SCIMGroupBatches) async -> String {
        let pieces = ListPieces {}
        var writer: any ResponseBodyWriter = pieces
        try? await batches.write(to: &writer)
        return pieces.text
    }

    private static let usual: [(name: String, value: JSONValue)] = []

    /// What may be asked for of a group.
    private static let choices: [[(name: String, value: JSONValue)]] =
        [usual]
        + [
            "members", "displayName,members", "members.value", "members.type,members.value",
            "members.display", "members,members.display", "meta,members.$ref",
        ].map { [("attributes", .string($0))] }
        + [
            "meta", "members.$ref", "members.value,members.$ref,members.type",
        ].map { [("excludedAttributes", .string($0))] }

    @Test(
        "a group of very many members is the same in pieces, whatever is asked for of it, and ends where its reader's right does",
        arguments: [1, 2, 3, 100]
    )
    func pieces(_ size: Int) async throws {
        let random = test.directory.random
        let members = (1...3).map { _ in UUID.random(from: random) }
        let group = try await test.groups.list(by: test.asAdministrator)[1]
        let view = SCIMGroupView(test.directory)
        for choice in Self.choices {
            let projection = try SCIMPage(JSONObject(choice)).projection(of: .group)
            let isNamed = projection.memberListing == .names
            let whole = GroupWithMembers(
                group: group,
                members: members,
                names: isNamed ? ["a", "b", "c"] : nil
            )
            let shown = projection.apply(to: view.resource(whole, root: "https://a"), of: .group)
            func batches(isAdmitted: Bool) throws -> SCIMGroupBatches {
                var batches = try #require(
                    SCIMGroupBatches(whole, view, root: "https://a", projection, beyond: 2) {
                        () async throws(MusterError) in
                        guard isAdmitted else { throw MusterError(.credentialsInvalid, "gone") }
                    }
                )
                batches.size = size
                return batches
            }
            let text = try await text(batches(isAdmitted: true))
            #expect(Array(text.utf8) == Answer.json { $0.value(.object(shown)) }.body)
            #expect(try await self.text(batches(isAdmitted: false)).isEmpty)
            #expect(SCIMGroupBatches(whole, view, root: "", projection, beyond: 3) {} == nil)
        }
    }

    @Test("a list whose group has very many members is the same in pieces")
    func longPage() async throws {
        for choice in Self.choices {
            let asked = choice + [("startIndex", .integer(2)), ("count", .integer(1))]
            let page = try SCIMPage(JSONObject(asked))
            let search = { (mostHeld: Int) in
                SCIMGroupSearch(test.directory, mostMembers: 2, mostHeld: mostHeld)
            }
            let whole = try await search(3).found(page, by: test.asAdministrator, root: "")
            #expect(whole.long == nil && whole.resources.count == 1)
            let parts = try await search(2).found(page, by: test.asAdministrator, root: "")
            #expect(parts.long != nil && parts.resources.isEmpty)
            let pieces = ListPieces {}
            let response = try SCIMList.page(parts, page, for: test.administrator.id)
            try await response.body.write(pieces)
            #expect(Array(pieces.text.utf8) == SCIMList.answer(whole, page).body)
        }
    }

    @Test("who the members of a large group are takes places for as long as it is held")
    func places() async throws {
        let random = test.directory.random
        let group = try await test.groups.list(by: test.asAdministrator)[1]
        let members = (1...200_000).map { _ in UUID.random(from: random) }
        let batches = SCIMGroupBatches(
            GroupWithMembers(group: group, members: members),
            SCIMGroupView(test.directory),
            root: "",
            .usual
        ) {}
        #expect(batches?.places == 3)
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
