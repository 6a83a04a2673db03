import LDAPWire
import MusterCore
import MusterTesting
import StoreTesting
import Synchronization
import Testing

@testable import MusterServer

@Suite("What searches over LDAP read of users", .everyStore)
struct LDAPPartsTests {
    private typealias Entries = [String: [String: [[UInt8]]]]

    private static let suffix = "dc=example,dc=com"
    private static let people = "ou=people,\(suffix)"
    private let test: TestDirectory
    /// The users: in the first group every second one, in the second every third.
    private var users: [User] = []

    init() async throws {
        test = try await TestDirectory()
        for number in 1...6 { users.append(try await test.makeUser("u\(number)@example.com")) }
        let now = test.clock.now()
        for (name, number) in [("two", 2), ("three", 3)] {
            let group = try await test.groups.create(by: test.asAdministrator) {
                () throws(MusterError) in try GroupDraft(name: name, isManagedBySAML: nil)
            }
            for (place, user) in users.enumerated() where (place + 1).isMultiple(of: number) {
                try await test.groups.setMembership(
                    of: .id(user.id),
                    in: .id(group.id),
                    isMember: true,
                    by: test.asAdministrator
                )
            }
        }
        let ids = users.map(\.id)
        try await test.directory.store.write { transaction throws(MusterError) in
            for id in ids[1...3] {
                let document = #"{"title":"Analyst","name":{"familyName":"Own"}}"#
                try transaction.replacePerson(of: id, with: Person(document: document))
            }
            for id in ids[3...4] {
                let key = SSHPublicKey(stored: .ed25519, blob: [7])
                let stored = StoredSSHKey(key: key, fingerprint: "SHA256:a", addedAt: now)
                _ = try transaction.addSSHKey(stored, to: id)
            }
        }
    }

    private func searcher(showsDisabled: Bool) throws -> LDAPSearcher {
        let suffix = try #require(DistinguishedName(Self.suffix.utf8))
        let settings = LDAPSettings(suffix: suffix, showsDisabled: showsDisabled, version: "1")
        return LDAPOperations(test.directory, settings).searcher
    }

    /// The entries that a search finds, by their names, each with its attributes and their values.
    private func find(
        _ attributes: [String],
        in base: String = people,
        by caller: Principal? = nil,
        showingDisabled showsDisabled: Bool = true,
        matching filter: (inout BERWriter) -> Void = present("objectClass")
    ) async throws -> Entries {
        var writer = BERWriter()
        writer.constructed { writer in
            writer.integer(1)
            writer.constructed(0x63) { writer in
                writer.octets(base)
                for number in [2, 0] { writer.integer(number, tag: BERTag.enumerated) }
                for number in [0, 0] { writer.integer(number) }
                writer.boolean(false)
                filter(&writer)
                writer.constructed { writer in
                    for attribute in attributes { writer.octets(attribute) }
                }
            }
        }
        let message = try LDAPMessage(writer.bytes[...])
        guard case .search(let search) = message.operation else { throw BERError("no search") }
        let searcher = try searcher(showsDisabled: showsDisabled)
        let caller = caller ?? test.asAdministrator
        var job = try searcher.job(search, message, by: caller)
        // Other searches have their turns before it.
        job.time = .seconds(600)
        if let answer = searcher.answerNow(job, by: caller) { return try Self.entries(answer) }
        let sent = Mutex<[UInt8]>([])
        let last = try await searcher.answer(job, by: caller) { bytes in
            sent.withLock { $0 += bytes }
        }
        return try Self.entries(sent.withLock(\.self) + last)
    }

    private static func entries(_ bytes: [UInt8]) throws -> Entries {
        var reader = BERReader(bytes[...])
        var entries: Entries = [:]
        while !reader.isAtEnd {
            var message = try reader.constructed()
            _ = try message.integer()
            guard message.nextTag == 0x64 else { break }
            var entry = try message.constructed(0x64)
            let name = String(decoding: try entry.octets(), as: UTF8.self)
            var list = try entry.constructed()
            var attributes: [String: [[UInt8]]] = [:]
            while !list.isAtEnd {
                var attribute = try list.constructed()
                let type = String(decoding: try attribute.octets(), as: UTF8.self)
                var set = try attribute.constructed(BERTag.set)
                var values: [[UInt8]] = []
                while !set.isAtEnd { values.append(Array(try set.octets())) }
                attributes[type] = values
            }
            #expect(entries.updateValue(attributes, forKey: name) == nil)
        }
        return entries
    }

    private static func present(_ attribute: String) -> (inout BERWriter) -> Void {
        { $0.octets(attribute, tag: 0x87) }
    }

    private static func equal(
        _ attribute: String,
        _ value: String
    ) -> (inout BERWriter) -> Void {
        { writer in
            writer.constructed(0xA3) { writer in
                writer.octets(attribute)
                writer.octets(value)
            }
        }
    }

    private static func part(
        _ attribute: String,
        _ text: String
    ) -> (inout BERWriter) -> Void {
        { writer in
            writer.constructed(0xA4) { writer in
                writer.octets(attribute)
                writer.constructed { $0.octets(text, tag: 0x81) }
            }
        }
    }

    private static func isIn(_ group: String) -> (inout BERWriter) -> Void {
        equal("memberOf", "cn=\(group),ou=groups,\(suffix)")
    }

    private static func both(
        _ one: @escaping (inout BERWriter) -> Void,
        _ other: @escaping (inout BERWriter) -> Void
    ) -> (inout BERWriter) -> Void {
        { writer in
            writer.constructed(0xA0) { writer in
                one(&writer)
                other(&writer)
            }
        }
    }

    private static func not(
        _ inner: @escaping (inout BERWriter) -> Void
    ) -> (inout BERWriter) -> Void {
        { writer in writer.constructed(0xA2) { inner(&$0) } }
    }

    @Test("each attribute is the same alone as among all, of everybody, of a group and of one")
    func alone() async throws {
        let whole = try await find(["*", "+"])
        #expect(whole.count == 8)
        let members = ["u2", "u4", "u6"].map { "uid=\($0)@example.com,\(Self.people)" }
        for attribute in LDAPEntry.Kind.user.attributes.list {
            func part(_ name: String) -> [String: [[UInt8]]] {
                whole[name]?.filter { $0.key == attribute.name } ?? [:]
            }
            let all = try await find([attribute.name])
            #expect(all.count == 8)
            for (name, entry) in all { #expect(entry == part(name), "\(attribute) of \(name)") }
            let group = try await find([attribute.name], matching: Self.isIn("two"))
            #expect(Set(group.keys) == Set(members))
            for (name, entry) in group { #expect(entry == part(name), "\(attribute) of \(name)") }
            for user in users {
                let login = user.username.text
                let name = "uid=\(login),\(Self.people)"
                let one = try await find([attribute.name], matching: Self.equal("uid", login))
                #expect(one == [name: part(name)])
                #expect(try await find([attribute.name], in: name) == one)
                for filter in [Self.equal("mail", login), Self.part("cn", login)] {
                    #expect(try await find([attribute.name], matching: filter) == one)
                }
            }
        }
    }

    @Test("a filter finds the same whatever is shown of those who pass it")
    func filters() async throws {
        let (two, three) = (Self.isIn("two"), Self.isIn("three"))
        let expected: [((inout BERWriter) -> Void, [Int])] = [
            (two, [2, 4, 6]), (Self.both(two, three), [6]), (Self.both(three, two), [6]),
            (Self.both(two, Self.not(three)), [2, 4]), (Self.both(three, Self.not(two)), [3]),
            (Self.both(two, Self.not(two)), []), (Self.present("memberOf"), [2, 3, 4, 6]),
            (Self.both(two, Self.present("sshPublicKey")), [4]),
            (Self.both(two, Self.equal("title", "analyst")), [2, 4]),
            (Self.both(three, Self.not(Self.present("title"))), [6]),
            (Self.both(Self.equal("uid", "u3@example.com"), three), [3]),
            (Self.both(Self.equal("uid", "u3@example.com"), two), []),
            (Self.both(Self.equal("mail", "u3@example.com"), three), [3]),
            (Self.both(Self.equal("mail", "u3@example.com"), two), []),
            (Self.both(Self.part("cn", "u3@ex"), three), [3]),
            (Self.both(Self.part("cn", "u3@ex"), two), []),
            (Self.equal("sn", "own"), [2, 3, 4]), (Self.present("sshPublicKey"), [4, 5]),
        ]
        for (place, (filter, numbers)) in expected.enumerated() {
            let names = Set(numbers.map { "uid=u\($0)@example.com,\(Self.people)" })
            for attributes in [["1.1"], ["uid"], ["memberOf"], ["*", "+"]] {
                let found = try await find(attributes, matching: filter)
                #expect(Set(found.keys) == names, "filter \(place), \(attributes)")
            }
        }
    }

    @Test("who may only read sees nowhere what administrators alone are shown")
    func readers() async throws {
        let reader = try await test.asUser(users[0])
        let hidden = Set(LDAPAttributeSet.administrative.list.map(\.name))
        let whole = try await find(["*", "+"])
        #expect(whole.values.contains { $0["musterRole"] != nil })
        let seen = try await find(["*", "+"], by: reader)
        #expect(seen == whole.mapValues { $0.filter { !hidden.contains($0.key) } })
        for attribute in hidden {
            let alone = try await find([attribute], by: reader)
            #expect(alone.count == whole.count && alone.values.allSatisfy(\.isEmpty))
        }
    }

    @Test("who is shut out is nowhere, whatever is asked of it and by whatever it is found")
    func shutOut() async throws {
        var (disabled, expired) = (users[1], users[5])
        disabled.isEnabled = false
        expired.expiresAt = test.clock.now()
        for user in [disabled, expired] { try await test.overwrite(user) }
        for attributes in [["uid"], ["memberOf"], ["sshPublicKey"], [], ["*", "+"]] {
            let all = try await find(attributes, showingDisabled: false)
            #expect(all.count == 6)
            let group = try await find(
                attributes,
                showingDisabled: false,
                matching: Self.isIn("two")
            )
            #expect(Array(group.keys) == ["uid=u4@example.com,\(Self.people)"])
            for user in [disabled, expired] {
                let login = user.username.text
                let one = try await find(
                    attributes,
                    showingDisabled: false,
                    matching: Self.equal("uid", login)
                )
                #expect(one.isEmpty)
                let name = "uid=\(login),\(Self.people)"
                #expect(try await find(attributes, in: name, showingDisabled: false).isEmpty)
            }
        }
    }
}
