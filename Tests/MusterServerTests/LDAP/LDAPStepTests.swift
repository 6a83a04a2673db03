import LDAPWire
import MusterCore
import MusterTesting
import StoreTesting
import Synchronization
import Testing

@testable import MusterServer

@Suite("What searches over LDAP hold for their readers", .everyStore)
struct LDAPStepTests {
    private static let suffix = "dc=example,dc=com"
    private let test: TestDirectory
    private let searcher: LDAPSearcher

    init() async throws {
        test = try await TestDirectory()
        let suffix = try #require(DistinguishedName(Self.suffix.utf8))
        searcher =
            LDAPOperations(test.directory, LDAPSettings(suffix: suffix, version: "1"))
            .searcher
    }

    /// Users whose entries have a thousand bytes or so.
    private func makeUsers(_ count: Int) async throws -> [User] {
        var users: [User] = []
        for number in 1...count {
            let name = "u\(number)" + String(repeating: "x", count: 100)
            users.append(try await test.makeUser("\(name)@example.com"))
        }
        return users
    }

    /// A search for all that is shown of users, and of everything else that fits.
    private func job(
        limit: Int = 0,
        matching filter: (inout BERWriter) -> Void = {
            $0.octets("objectClass".utf8, tag: 0x87)
        }
    ) throws -> LDAPSearchJob {
        var writer = BERWriter()
        writer.constructed { writer in
            writer.integer(1)
            writer.constructed(0x63) { writer in
                writer.octets(Self.suffix.utf8)
                for number in [2, 0] { writer.integer(number, tag: BERTag.enumerated) }
                for number in [limit, 0] { writer.integer(number) }
                writer.octets([0], tag: 0x01)
                filter(&writer)
                writer.constructed { _ in }
            }
        }
        let message = try LDAPMessage(writer.bytes[...])
        guard case .search(let search) = message.operation else { throw BERError("no search") }
        var job = try searcher.job(search, message, by: test.asAdministrator)
        // Other searches have their turns before it.
        job.time = .seconds(600)
        return job
    }

    /// All bytes of an answer, and in how many pieces they came.
    private func answer(
        _ job: LDAPSearchJob,
        by searcher: LDAPSearcher? = nil,
        whileSending look: @Sendable () -> Void = {}
    ) async throws -> (bytes: [UInt8], pieces: Int) {
        let sent = Mutex<(bytes: [UInt8], pieces: Int)>(([], 0))
        let last = try await (searcher ?? self.searcher).answer(job, by: test.asAdministrator) {
            bytes in
            look()
            sent.withLock { sent in
                sent.bytes += bytes
                sent.pieces += 1
            }
        }
        return sent.withLock { ($0.bytes + last, $0.pieces + 1) }
    }

    @Test("a step ends when it has found enough bytes, and nothing is left out or comes twice")
    func cut() async throws {
        _ = try await makeUsers(20)
        let whole = try job()
        var cut = whole
        cut.stepBytes = 2_000
        let (bytes, pieces) = try await answer(whole)
        let (same, more) = try await answer(cut)
        #expect(pieces == 1 && bytes.count > 10_000)
        #expect(more > 5 && same == bytes)
    }

    /// Users of one address, and a search for them by it; of whom a name has to be any of some, if there are any.
    private func shared(
        _ count: Int,
        name: String? = nil,
        document: String? = nil,
        names: [String] = []
    ) async throws -> LDAPSearchJob {
        let address = "all@example.com"
        for var user in try await makeUsers(count) {
            user.email = address
            if let name { user.name = name }
            try await test.overwrite(user)
            guard let document else { continue }
            let id = user.id
            try await test.directory.store.write { transaction throws(MusterError) in
                try transaction.replacePerson(of: id, with: Person(document: document))
            }
        }
        func equal(_ attribute: String, _ value: String, _ writer: inout BERWriter) {
            writer.constructed(0xA3) { writer in
                writer.octets(attribute.utf8)
                writer.octets(value.utf8)
            }
        }
        return try job { writer in
            writer.constructed(0xA0) { writer in
                equal("mail", address, &writer)
                guard !names.isEmpty else { return }
                writer.constructed(0xA1) { writer in
                    for name in names { equal("cn", name, &writer) }
                }
            }
        }
    }

    /// What is found of a search where it has come in.
    private func quick(_ job: LDAPSearchJob) async throws -> LDAPSearchStep? {
        let searcher = searcher
        return try await EntryService(test.directory).look(by: test.asAdministrator) {
            reader throws(MusterError) in
            try LDAPEntryView(reader, searcher.tree, searcher.settings, isQuick: true)
                .step(of: job, behind: nil, room: 100)
        }
    }

    @Test("what is found soon and is long is not made where the search has come in")
    func long() async throws {
        let phone = String(repeating: "5", count: 8_000)
        let document = #"{"phoneNumbers":[{"value":"\#(phone)","type":"work"}]}"#
        let search = try await shared(20, document: document)
        #expect(search.isShort)
        let step = try #require(await quick(search))
        #expect(step.isTooLong && step.bytes.count < ListShares.free + 10_000)
        let (bytes, _) = try await answer(search)
        #expect(bytes.count > 20 * phone.utf8.count)
    }

    @Test(
        "a filter that is held against long values is not judged where the search has come in",
        arguments: [(3, false), (20, true)]
    )
    func dear(_ count: Int, isTooLong: Bool) async throws {
        let name = String(repeating: "n", count: 200)
        let names = ["a", "b", "c", "d", name]
        let search = try await shared(count, name: name, names: names)
        #expect(search.isShort)
        #expect(try await quick(search)?.isTooLong == isTooLong)
        let (bytes, _) = try await answer(search)
        #expect(bytes.count > count * 500)
    }

    @Test("a search whose time is over ends with what was found by then, and says so")
    func time() async throws {
        _ = try await makeUsers(20)
        var brief = try job()
        brief.stepBytes = 2_000
        brief.time = .zero
        let (bytes, pieces) = try await answer(brief)
        #expect(pieces == 2 && bytes.count > 2_000)
        // An integer of one byte in the end of the answer: the limit of time.
        #expect(bytes.suffix(7).starts(with: [0x0A, 1, 3]))
    }

    @Test(
        "a limit that is reached is told where there is one more, and not where only others follow"
    )
    func limit() async throws {
        _ = try await makeUsers(LDAPSearchJob.block + 1)
        let one = { (writer: inout BERWriter) in
            // In the middle of a name, which no index knows.
            writer.constructed(0xA4) { writer in
                writer.octets("uid".utf8)
                writer.constructed { $0.octets("dmi".utf8, tag: 0x81) }
            }
        }
        let many = { (writer: inout BERWriter) in
            writer.constructed(0xA4) { writer in
                writer.octets("uid".utf8)
                writer.constructed { $0.octets("xxx".utf8, tag: 0x81) }
            }
        }
        // An integer of one byte in the end of the answer: success, or more than the limit.
        let found = try await answer(job(limit: 1, matching: one)).bytes
        #expect(found.count > 100 && found.suffix(7).starts(with: [0x0A, 1, 0]))
        for limit in [1, LDAPSearchJob.block] {
            let (bytes, _) = try await answer(job(limit: limit, matching: many))
            #expect(bytes.suffix(7).starts(with: [0x0A, 1, 4]))
        }
        let all = try await answer(job(limit: LDAPSearchJob.block + 1, matching: many)).bytes
        #expect(all.suffix(7).starts(with: [0x0A, 1, 0]))
    }

    @Test("those of several large groups are found among all, and are the same")
    func groups() async throws {
        let users = try await makeUsers(9)
        for (name, number) in [("one", 2), ("two", 3)] {
            let group = try await test.groups.create(by: test.asAdministrator) {
                () throws(MusterError) in try GroupDraft(name: name, isManagedBySAML: nil)
            }
            for user in users where user.id.rawValue.isMultiple(of: Int64(number)) {
                try await test.groups.setMembership(
                    of: .id(user.id),
                    in: .id(group.id),
                    isMember: true,
                    by: test.asAdministrator
                )
            }
        }
        let held = try job { writer in
            writer.constructed(0xA1) { writer in
                for name in ["one", "two"] {
                    writer.constructed(0xA3) { writer in
                        writer.octets("memberOf".utf8)
                        writer.octets("cn=\(name),ou=groups,\(Self.suffix)".utf8)
                    }
                }
            }
        }
        var walked = held
        walked.heldMembers = 1
        let (bytes, _) = try await answer(held)
        #expect(bytes.count > 4_000)
        #expect(try await answer(walked).bytes == bytes)
    }

    @Test("of those who have one of several texts no more are held than are found within one read")
    func texts() async throws {
        _ = try await makeUsers(6)
        func wanted(_ limit: Int) throws -> LDAPSearchJob {
            try job(limit: limit) { writer in
                writer.constructed(0xA1) { writer in
                    for text in ["u1x", "u2x", "u3x", "u5x"] {
                        writer.constructed(0xA4) { writer in
                            writer.octets("uid".utf8)
                            writer.constructed { $0.octets(text.utf8, tag: 0x80) }
                        }
                    }
                }
            }
        }
        let (bytes, _) = try await answer(try wanted(0))
        for found in 1...4 {
            var few = try wanted(4)
            few.found = found
            #expect(few.found(for: 0) == found && few.found(for: 4) == 5)
            #expect(try await answer(few).bytes == bytes)
            let held = few
            let step = try await EntryService(test.directory).look(by: test.asAdministrator) {
                [searcher] reader throws(MusterError) in
                try LDAPEntryView(reader, searcher.tree, searcher.settings)
                    .step(of: held, behind: nil, room: 1)
            }
            #expect(step?.found.count == 1 && step?.next != nil)
        }
    }

    @Test("a long answer has a place while it is sent, and one that gets none is refused")
    func places() async throws {
        _ = try await makeUsers(100)
        let shares = ListShares.places(ofOneCaller: 1, together: 1)
        var bounded = searcher
        bounded.shares = shares
        let long = try job()
        let seen = Mutex<[Int]>([])
        let (bytes, _) = try await answer(long, by: bounded) {
            seen.withLock { $0.append(shares.count) }
        }
        #expect(bytes.count > ListShares.free)
        #expect(seen.withLock { $0 } == [1])
        #expect(shares.count == 0)
        let caller = test.asAdministrator.user.id
        let held = try shares.take(caller)
        let (refusal, _) = try await answer(long, by: bounded)
        #expect(refusal.count < 200 && refusal.dropFirst(7).starts(with: [0x0A, 1, 51]))
        withExtendedLifetime(held) {}
    }
}
