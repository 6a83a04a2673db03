import LDAPWire
import MusterCore
import MusterTesting
import Testing

@testable import MusterServer

@Suite("How often a store that is far away is asked for what a change or a filter over LDAP names")
struct LDAPGroupLookUpTests {
    private let store = DistantStore()
    private let test: TestDirectory
    private let tree: LDAPTree
    private let group: Group

    init() async throws {
        test = try await TestDirectory(store: store)
        tree = LDAPTree(suffix: try #require(DistinguishedName("dc=example,dc=com".utf8)))
        group = try await test.groups.create(by: test.asAdministrator) { () throws(MusterError) in
            try GroupDraft(name: "guides", isManagedBySAML: nil)
        }
    }

    /// What a change that names some users makes of the group.
    private func steps(
        _ kind: LDAPModify.Kind,
        _ names: [String]
    ) async throws -> [GroupRevision.Step] {
        var writer = BERWriter()
        writer.constructed { writer in
            writer.integer(1)
            writer.constructed(0x66) { writer in
                writer.octets("cn=guides,ou=groups,dc=example,dc=com".utf8)
                writer.constructed { writer in
                    writer.constructed { writer in
                        writer.integer(0, tag: BERTag.enumerated)
                        writer.constructed { writer in
                            writer.octets("memberUid".utf8)
                            writer.constructed(BERTag.set) { writer in
                                for name in names { writer.octets(name.utf8) }
                            }
                        }
                    }
                }
            }
        }
        let message = try LDAPMessage(writer.bytes[...])
        guard case .change(.modify(let modify)) = message.operation else {
            throw BERError("no change")
        }
        var change = LDAPGroupChange(tree)
        for step in modify.steps { try change.take(kind, .memberUid, step.attribute) }
        return try await store.read(.bounded) { [change, group] reader throws(MusterError) in
            try change.revision(of: group, in: reader, LDAPVerdict())
        }
    }

    @Test("five hundred are one question, and each is found however its name is spelt")
    func together() async throws {
        var users: [User] = []
        for number in 1...9 { users.append(try await test.makeUser("u\(number)@example.com")) }
        let names = users.map { $0.username.text.uppercased() }
        _ = store.takeCalls()
        let uuids = users.map(\.uuid)
        #expect(try await steps(.add, names) == [.add(uuids)])
        #expect(store.takeCalls().trips == 1)
        let many = (0..<60).flatMap { _ in names }
        #expect(try await steps(.replace, many) == [.replace((0..<60).flatMap { _ in uuids })])
        #expect(store.takeCalls().trips == 2)
    }

    @Test(
        "one whom nobody is refuses the change, whether the name could be somebody's or not",
        arguments: ["nobody@example.com", "no name"]
    )
    func missing(_ name: String) async throws {
        let jane = try await test.makeUser("jane@example.com")
        let refusal = await #expect(throws: MusterError.self) {
            try await steps(.add, [jane.username.text, name])
        }
        #expect(refusal?.message == "there is no user \"\(name)\" to be a member")
    }

    @Test(
        "the groups that a filter names are looked up once, however many users are asked about them"
    )
    func filters() async throws {
        let entries = EntryService(test.directory, showsDisabled: false)
        let settings = LDAPSettings(suffix: tree.suffix, version: "1")
        let trips = try await entries.look(by: test.asAdministrator, .unbounded) {
            [tree, store] reader throws(MusterError) in
            let view = LDAPEntryView(reader, tree, settings)
            var trips: [Int] = []
            for _ in 1...3 {
                _ = store.takeCalls()
                for number in 1...LDAPFilter.maximumTerms {
                    let name = Array("cn=g\(number),ou=groups,dc=example,dc=com".utf8)
                    guard let read = DistinguishedName(name),
                        case .group(let group)? = view.place(of: read, name)
                    else { continue }
                    _ = try view.group(called: group)
                }
                trips.append(store.takeCalls().trips)
            }
            return trips
        }
        #expect(trips[0] >= LDAPFilter.maximumTerms && trips[1...] == [0, 0])
    }
}
