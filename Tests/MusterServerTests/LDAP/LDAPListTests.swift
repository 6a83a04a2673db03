import LDAPWire
import MusterCore
import MusterTesting
import StoreTesting
import Synchronization
import Testing

@testable import MusterServer

@Suite("Lists over LDAP, and groups whose names have blanks", .everyStore)
struct LDAPListTests {
    private static let suffix = "dc=example,dc=com"
    private let test: TestDirectory
    private let searcher: LDAPSearcher

    init() async throws {
        test = try await TestDirectory()
        let suffix = try #require(DistinguishedName(Self.suffix.utf8))
        searcher =
            LDAPOperations(
                test.directory,
                LDAPSettings(suffix: suffix, showsDisabled: true, version: "1")
            ).searcher
    }

    /// The answers to a search, each as its bytes, and in how many pieces they came.
    private func answers(
        _ base: String,
        limit: Int = 0,
        attributes: [String] = ["*", "+"],
        matching filter: (inout BERWriter) -> Void = equality("objectClass", "inetOrgPerson")
    ) async throws -> (entries: [[UInt8]], pieces: Int) {
        var writer = BERWriter()
        writer.constructed { writer in
            writer.integer(1)
            writer.constructed(0x63) { writer in
                writer.octets(base)
                for number in [2, 0] { writer.integer(number, tag: BERTag.enumerated) }
                for number in [limit, 0] { writer.integer(number) }
                writer.boolean(false)
                filter(&writer)
                writer.constructed { writer in
                    for attribute in attributes { writer.octets(attribute) }
                }
            }
        }
        let message = try LDAPMessage(writer.bytes[...])
        guard case .search(let search) = message.operation else { throw BERError("no search") }
        var job = try searcher.job(search, message, by: test.asAdministrator)
        // Other searches have their turns before it.
        job.time = .seconds(600)
        let sent = Mutex<[[UInt8]]>([])
        let last = try await searcher.answer(job, by: test.asAdministrator) { bytes in
            sent.withLock { $0.append(bytes) }
        }
        let pieces = sent.withLock(\.self) + [last]
        var reader = BERReader(Array(pieces.joined())[...])
        var answers: [[UInt8]] = []
        while !reader.isAtEnd {
            let before = reader.rest
            _ = try reader.element()
            answers.append(Array(before.dropLast(reader.rest.count)))
        }
        // The last one says how it went.
        return (answers.dropLast(), pieces.count)
    }

    private static func equality(
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

    private func makeGroup(_ name: String) async throws -> Group {
        try await test.groups.create(by: test.asAdministrator) { () throws(MusterError) in
            try GroupDraft(name: name, isManagedBySAML: nil)
        }
    }

    @Test("what is read of many users at once is the same as of each alone")
    func together() async throws {
        let group = try await makeGroup("guides")
        var users: [User] = []
        for number in 1...6 { users.append(try await test.makeUser("u\(number)@example.com")) }
        users[1].isEnabled = false
        users[2].name = " Ann  B.   Other "
        for user in users[1...2] { try await test.overwrite(user) }
        let (ids, now) = (users.map(\.id), test.clock.now())
        try await test.directory.store.write { transaction throws(MusterError) in
            for (place, id) in ids.enumerated() where place < 4 {
                for byte in 1...UInt8(place + 1) {
                    let key = SSHPublicKey(stored: .ed25519, blob: [byte, UInt8(place)])
                    let text = "SHA256:\(byte) \(place)"
                    let stored = StoredSSHKey(key: key, fingerprint: text, addedAt: now)
                    _ = try transaction.addSSHKey(stored, to: id)
                }
            }
            for id in [ids[0], ids[4]] {
                let document = """
                    {"title":"Analyst","name":{"familyName":"Own"},"addresses":[{"locality":"Town"}]}
                    """
                let addresses = ["b\(id.rawValue)@example.org", "a@example.org"]
                let person = Person(otherAddresses: addresses, document: document)
                try transaction.replacePerson(of: id, with: person)
            }
        }
        for user in users.dropFirst(3) {
            try await test.groups.setMembership(
                of: .id(user.id),
                in: .id(group.id),
                isMember: true,
                by: test.asAdministrator
            )
        }
        let all = try await answers("ou=people,\(Self.suffix)").entries
        #expect(all.count == 7)
        for user in users {
            let name = "uid=\(user.username.text),ou=people,\(Self.suffix)"
            let alone = try await answers(name).entries
            #expect(alone.count == 1)
            #expect(all.contains(alone[0]), "\(user.username.text)")
        }
        // The keys of one who may not come in are nobody's to see.
        let name = "uid=\(users[1].username.text),ou=people,\(Self.suffix)"
        let told = try await answers(name, attributes: ["sshPublicKey"]).entries
        #expect(told.first?.count ?? 100 < 80)
    }

    @Test("a list of everybody comes in blocks, and ends where its limit is")
    func blocks() async throws {
        let count = LDAPSearchJob.shownBlock + 5
        for number in 1..<count { _ = try await test.makeUser("u\(number)@example.com") }
        let (all, pieces) = try await answers("ou=people,\(Self.suffix)", attributes: ["uid"])
        #expect(all.count == count && pieces == 2)
        #expect(Set(all).count == count)
        for limit in [1, LDAPSearchJob.shownBlock, LDAPSearchJob.shownBlock + 1, count] {
            let some = try await answers(
                "ou=people,\(Self.suffix)",
                limit: limit,
                attributes: ["uid"]
            ).entries
            #expect(some == Array(all.prefix(limit)))
        }
    }

    @Test(
        "a group is found by its name, however many blanks stand in it or around it",
        arguments: [
            "Night  watch", " Night watch", "Night watch ", "Night watch  ", "  Night   watch ",
            "Night watch",
        ]
    )
    func blanks(_ name: String) async throws {
        let group = try await makeGroup(name)
        _ = try await makeGroup("Nightwatch")
        _ = try await makeGroup("Night watches")
        let user = try await test.makeUser("jane@example.com")
        try await test.groups.setMembership(
            of: .id(user.id),
            in: .id(group.id),
            isMember: true,
            by: test.asAdministrator
        )
        let groups = "ou=groups,\(Self.suffix)"
        let isGroup = Self.equality("objectClass", "groupOfNames")
        let all = try await answers(groups, attributes: ["cn"], matching: isGroup)
        let shown = all.entries.filter { $0.contains(sequence: Array(name.utf8)) }
        for spelt in ["night watch", "NIGHT   WATCH", " night watch  "] {
            let found = try await answers(
                groups,
                attributes: ["cn"],
                matching: Self.equality("cn", spelt)
            )
            #expect(found.entries.count == 1 && shown.contains(found.entries.first ?? []))
            let named = "cn=\(spelt),\(groups)"
            let own = try await answers(named, attributes: ["cn"], matching: isGroup)
            #expect(own.entries == found.entries)
            let members = try await answers(
                "ou=people,\(Self.suffix)",
                attributes: ["uid"],
                matching: Self.equality("memberOf", named)
            )
            #expect(members.entries.count == 1)
        }
        let none = try await answers(groups, matching: Self.equality("cn", "night"))
        #expect(none.entries.isEmpty)
    }
}

extension [UInt8] {
    /// Whether some bytes stand in it, one after the other.
    fileprivate func contains(sequence: [UInt8]) -> Bool {
        indices.contains { self[$0...].starts(with: sequence) }
    }
}
