import LDAPWire
import MusterCore
import MusterTesting
import StoreTesting
import Synchronization
import Testing

@testable import MusterServer

@Suite("Turns of searches over LDAP", .everyStore)
struct LDAPSearchTurnTests {
    private let test: TestDirectory
    private let operations: LDAPOperations

    init() async throws {
        test = try await TestDirectory()
        let suffix = try #require(DistinguishedName("dc=example,dc=com".utf8))
        operations = LDAPOperations(test.directory, LDAPSettings(suffix: suffix, version: "1"))
    }

    private func job(
        _ base: String,
        scope: Int,
        by caller: Principal,
        matching filter: (inout BERWriter) -> Void = {
            $0.octets("objectClass".utf8, tag: 0x87)
        }
    ) throws -> LDAPSearchJob {
        var writer = BERWriter()
        writer.constructed { writer in
            writer.integer(1)
            writer.constructed(0x63) { writer in
                writer.octets(base.utf8)
                for number in [scope, 0] { writer.integer(number, tag: BERTag.enumerated) }
                for _ in 1...2 { writer.integer(0) }
                writer.octets([0], tag: 0x01)
                filter(&writer)
                writer.constructed { $0.octets("uid".utf8) }
            }
        }
        let message = try LDAPMessage(writer.bytes[...])
        guard case .search(let search) = message.operation else { throw BERError("no search") }
        var job = try operations.searcher.job(search, message, by: caller)
        // Other searches have their turns before it.
        job.time = .seconds(600)
        return job
    }

    /// A search below people for those who have any of these values.
    private func job(_ attribute: String, _ values: [String]) throws -> LDAPSearchJob {
        try job("ou=people,dc=example,dc=com", scope: 2, by: test.asAdministrator) { writer in
            writer.constructed(0xA1) { writer in
                for value in values {
                    writer.constructed(0xA3) { writer in
                        writer.octets(attribute.utf8)
                        writer.octets(value.utf8)
                    }
                }
            }
        }
    }

    @Test("what is asked for again and again is looked up once, and much of it in turn")
    func keys() throws {
        let again = try job("uid", Array(repeating: "a", count: 8) + ["A"])
        #expect(again.userKeys?.count == 1 && again.isShort)
        let names = (1...LDAPSearchJob.quickKeys).map { "u\($0)" }
        #expect(try job("uid", names).isShort)
        #expect(try !job("uid", names + ["more"]).isShort)
        #expect(try job("mail", ["a@example.com", "A@example.com"]).isShort)
        #expect(try !job("mail", ["a@example.com", "b@example.com"]).isShort)
    }

    @Test("a filter that goes through the members of a group waits for its turn")
    func members() throws {
        let group = "cn=crew,ou=groups,dc=example,dc=com"
        let isShort = { (filter: (inout BERWriter) -> Void) in
            try job(group, scope: 0, by: test.asAdministrator, matching: filter).isShort
        }
        #expect(try isShort { $0.octets("cn".utf8, tag: 0x87) })
        for (name, value) in [
            ("member", "uid=a,ou=people,dc=example,dc=com"),
            ("uniqueMember", "uid=a,ou=people,dc=example,dc=com"), ("memberUid", "a"),
        ] {
            #expect(try !isShort { $0.octets(name.utf8, tag: 0x87) }, "\(name) is there")
            #expect(
                try !isShort { $0.constructed(0xA2) { $0.octets(name.utf8, tag: 0x87) } },
                "\(name) is not there"
            )
            let isEqual = { (writer: inout BERWriter) in
                writer.constructed(0xA3) { writer in
                    writer.octets(name.utf8)
                    writer.octets(value.utf8)
                }
            }
            #expect(try isShort(isEqual), "one of \(name) is looked up")
            let isUser = try isShort { writer in
                writer.constructed(0xA0) { writer in
                    writer.octets(name.utf8, tag: 0x87)
                    writer.constructed(0xA3) { writer in
                        writer.octets("objectClass".utf8)
                        writer.octets("person".utf8)
                    }
                }
            }
            #expect(isUser, "no group is asked for \(name)")
        }
    }

    /// A search for one entry by a filter of some parts, of which any is enough.
    private func job(
        at base: String,
        _ parts: [(name: String, value: String?)]
    ) throws -> LDAPSearchJob {
        try job(base, scope: 0, by: test.asAdministrator) { writer in
            writer.constructed(0xA1) { writer in
                for (name, value) in parts {
                    guard let value else {
                        writer.octets(name.utf8, tag: 0x87)
                        continue
                    }
                    writer.constructed(0xA3) { writer in
                        writer.octets(name.utf8)
                        writer.octets(value.utf8)
                    }
                }
            }
        }
    }

    @Test(
        "a filter that is dear to hold against an entry waits for its turn, however soon that is found"
    )
    func dear() throws {
        let user = "uid=jane,ou=people,dc=example,dc=com"
        for name in ["mobile", "telephoneNumber", "sshPublicKey", "musterHost"] {
            #expect(try !job(at: user, [(name, "1")]).isShort, "\(name) may be long")
        }
        let group = "cn=crew,ou=groups,dc=example,dc=com"
        #expect(try job(at: user, [("memberOf", group)]).isShort)
        #expect(try !job(at: user, [("memberOf", nil)]).isShort)
        let names = (1...LDAPSearchJob.quickTerms).map { ("cn", "name \($0)") }
        #expect(try job(at: user, names + [("uidNumber", "1"), ("cn", nil)]).isShort)
        #expect(try !job(at: user, names + [("title", "one more")]).isShort)
        #expect(try job(at: "cn=Subschema", names + [("cn", "one more")]).isShort)
    }

    @Test("a filter goes through members some times at most, and asks about some as it likes")
    func memberTerms() throws {
        let group = "cn=crew,ou=groups,dc=example,dc=com"
        let most = LDAPSearchJob.maximumMemberTerms
        let names = ["member", "uniqueMember", "memberUid"]
        let some = (0..<most).map { (names[$0 % 3], String?.none) }
        #expect(try !job(at: group, some).isShort)
        for name in names {
            let refusal = #expect(throws: LDAPResult.self) {
                try job(at: group, some + [(name, nil)])
            }
            #expect(refusal?.code == .adminLimitExceeded)
        }
        #expect(throws: Never.self) {
            try job(at: group, some + (0..<200).map { ("memberUid", "u\($0)") })
        }
    }

    @Test("the schema is found by each of its definitions, which are read once")
    func schema() async throws {
        let lists: [(LDAPAttribute, [[UInt8]])] = [
            (.attributeTypes, LDAPSchema.attributeTypes),
            (.objectClasses, LDAPSchema.objectClasses), (.ldapSyntaxes, LDAPSchema.syntaxes),
            (.matchingRules, LDAPSchema.matchingRules),
        ]
        for (attribute, list) in lists {
            #expect(LDAPSchema.compared[attribute]?.count == list.count)
            let definition = String(decoding: list.last ?? [], as: UTF8.self)
            for (value, isThere) in [(definition.uppercased(), true), (definition + ".", false)] {
                let search = try job(at: "cn=Subschema", [(attribute.name, value)])
                #expect(search.isShort)
                let sent = Mutex<[UInt8]>([])
                let last = try await operations.searcher.answer(search, by: test.asAdministrator) {
                    bytes in
                    sent.withLock { $0 += bytes }
                }
                let answer = sent.withLock { $0 } + last
                // An entry comes before the end.
                var message = BERReader(answer[...])
                var first = try message.constructed()
                _ = try first.integer()
                #expect(try (first.element().tag == 0x64) == isThere, "\(attribute.name)")
            }
        }
    }

    @Test(
        "a comparison with an entry is made at once, and in turn where a group's name has many words",
        arguments: [0, 1]
    )
    func comparison(_ more: Int) async throws {
        let store = try WatchedStore()
        let test = try await TestDirectory(store: store)
        let suffix = try #require(DistinguishedName("dc=example,dc=com".utf8))
        let settings = LDAPSettings(suffix: suffix, version: "1")
        // Behind each word, and before the first, there may be other blanks.
        let words = Array(repeating: "w", count: LDAPSearchJob.quickGroups - 1 + more)
        let text = "cn=\(words.joined(separator: " ")),ou=groups,dc=example,dc=com"
        var writer = BERWriter()
        writer.constructed { writer in
            writer.integer(1)
            writer.constructed(0x6E) { writer in
                writer.octets(text.utf8)
                writer.constructed { writer in
                    writer.octets("cn".utf8)
                    writer.octets("w".utf8)
                }
            }
        }
        let message = try LDAPMessage(writer.bytes[...])
        guard case .compare(let compare) = message.operation else { throw BERError("none") }
        let name = try #require(DistinguishedName(text.utf8))
        _ = store.take()
        let answer = await LDAPOperations(test.directory, settings).comparer
            .answer(compare, message, by: test.asAdministrator)
        let missing = LDAPTree(suffix: suffix).missing(name)
        #expect(answer == LDAPAnswers.result(.compare, to: 1, missing))
        #expect(store.take().unbounded == more)
    }

    @Test(
        "those of one address are found at once if they are few, and in turn if not",
        arguments: [0, 1]
    )
    func mail(_ more: Int) async throws {
        let store = try WatchedStore()
        let test = try await TestDirectory(store: store)
        let address = "all@example.com"
        let count = LDAPSearchJob.quickMail + more
        for number in 1...count {
            _ = try await test.users.create(by: test.asAdministrator) {
                () throws(MusterError) in
                let name = try Username("u\(number)@example.com")
                return (
                    UserDraft(username: name, email: address),
                    TestDirectory.administratorPassword
                )
            }
        }
        let suffix = try #require(DistinguishedName("dc=example,dc=com".utf8))
        let searcher = LDAPOperations(
            test.directory,
            LDAPSettings(suffix: suffix, version: "1")
        )
        .searcher
        let search = try job("mail", [address])
        _ = store.take()
        let sent = Mutex(0)
        let last = try await searcher.answer(search, by: test.asAdministrator) { bytes in
            sent.withLock { $0 += bytes.count }
        }
        // Each entry names its user, and nothing else does.
        #expect(last.count + sent.withLock { $0 } > count * "uid=u1@example.com".utf8.count)
        #expect(store.take().unbounded == more)
    }

    @Test(
        "those who have a part of a name are found where the search comes in if they are few, and in turn if not",
        arguments: [0, 1]
    )
    func parts(_ more: Int) async throws {
        for number in 1...(LDAPSearchJob.quickTexts + more) {
            var user = try await test.makeUser("u\(number)@example.com")
            user.name = "Q 4711 \(number)"
            try await test.overwrite(user)
        }
        let caller = test.asAdministrator
        let search = try job("ou=people,dc=example,dc=com", scope: 2, by: caller) { writer in
            writer.constructed(0xA4) { writer in
                writer.octets("cn".utf8)
                writer.constructed { $0.octets("q 4711".utf8, tag: 0x81) }
            }
        }
        #expect(search.mayBeShort && !search.isShort)
        let sent = Mutex<[UInt8]>([])
        let last = try await operations.searcher.answer(search, by: caller) { bytes in
            sent.withLock { $0 += bytes }
        }
        let whole = sent.withLock { $0 } + last
        #expect(whole.count > (LDAPSearchJob.quickTexts + more) * "uid=u1@example.com".utf8.count)
        let atOnce = operations.searcher.answerNow(search, by: caller)
        // A store that is far away is asked in turn.
        let isFew = more == 0 && StoreKind.current != .distant
        #expect(atOnce == (isFew ? whole : nil))
    }

    @Test("a part of what groups are called as well, or one of several, waits for its turn")
    func otherParts() throws {
        func part(_ text: String, _ writer: inout BERWriter) {
            writer.constructed(0xA4) { writer in
                writer.octets("cn".utf8)
                writer.constructed { $0.octets(text.utf8, tag: 0x81) }
            }
        }
        let caller = test.asAdministrator
        let people = "ou=people,dc=example,dc=com"
        #expect(try job(people, scope: 2, by: caller) { part("4711", &$0) }.mayBeShort)
        let all = try job("dc=example,dc=com", scope: 2, by: caller) { part("4711", &$0) }
        #expect(!all.mayBeShort)
        let several = try job(people, scope: 2, by: caller) { writer in
            writer.constructed(0xA1) { writer in
                part("4711", &writer)
                part("0815", &writer)
            }
        }
        #expect(several.userKeys?.count == 2 && !several.mayBeShort)
        let begins = try job(people, scope: 2, by: caller) { writer in
            writer.constructed(0xA4) { writer in
                writer.octets("cn".utf8)
                writer.constructed { $0.octets("bob".utf8, tag: 0x80) }
            }
        }
        #expect(!begins.mayBeShort)
    }

    @Test(
        "what looks through much of the directory waits for its caller's turn, what an index finds does not"
    )
    func turn() async throws {
        let turns = SearchTurns(together: 1, places: 4)
        let caller = test.asAdministrator
        var changed = operations.searcher
        changed.turns = turns
        let searcher = changed
        let (begun, begin) = AsyncStream<Void>.makeStream()
        let (over, end) = AsyncStream<Void>.makeStream()
        let holder = Task {
            try await turns.run(for: UserID(rawValue: 999)) { () async throws(MusterError) in
                begin.finish()
                for await _ in over {}
            }
        }
        for await _ in begun {}
        let name = "uid=\(TestDirectory.administratorName),ou=people,dc=example,dc=com"
        let short = try job(name, scope: 0, by: caller)
        #expect(short.isShort)
        #expect(try await !searcher.answer(short, by: caller) { _ in }.isEmpty)
        let long = try job("dc=example,dc=com", scope: 2, by: caller)
        #expect(!long.isShort)
        let isDone = IsDone()
        let search = Task {
            let last = try await searcher.answer(long, by: caller) { _ in }
            isDone.flag.store(true, ordering: .releasing)
            return last
        }
        while turns.waiting(of: caller.user.id) == 0, !isDone.flag.load(ordering: .acquiring) {
            await Task.yield()
        }
        #expect(turns.waiting(of: caller.user.id) == 1)
        end.finish()
        try await holder.value
        #expect(try await !search.value.isEmpty)
    }
}

/// Whether something is done, for whoever looks again and again.
private final class IsDone: Sendable {
    let flag = Atomic(false)
}
