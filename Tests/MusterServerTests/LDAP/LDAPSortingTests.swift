import LDAPWire
import MusterCore
import MusterTesting
import StoreTesting
import Testing
import WorkerThreads

@testable import MusterServer

@Suite("What sorted searches over LDAP may hold", .everyStore)
struct LDAPSortingTests {
    private let test: TestDirectory
    private let settings: LDAPSettings

    init() async throws {
        test = try await TestDirectory()
        let suffix = try #require(DistinguishedName("dc=example,dc=com".utf8))
        settings = LDAPSettings(suffix: suffix, version: "1")
        for number in 1...30 { _ = try await test.makeUser("user\(number)@example.com") }
    }

    /// The last answer to a search for all entries, sorted by login name, and how many came before it.
    private func search(
        _ room: ArrivalBudget,
        noting sent: SentAnswers = SentAnswers()
    ) async throws -> (last: [UInt8], count: Int) {
        var searcher = LDAPOperations(test.directory, settings).searcher
        searcher.sorted = room
        var writer = BERWriter()
        writer.constructed { writer in
            writer.integer(1)
            writer.constructed(0x63) { writer in
                writer.octets("dc=example,dc=com".utf8)
                for number in [2, 0] { writer.integer(number, tag: 0x0A) }
                for _ in 1...2 { writer.integer(0) }
                writer.octets([0], tag: 0x01)
                writer.octets("objectClass".utf8, tag: 0x87)
                writer.constructed { $0.octets("uid".utf8) }
            }
            writer.constructed(0xA0) { writer in
                writer.constructed { writer in
                    writer.octets("1.2.840.113556.1.4.473".utf8)
                    var keys = BERWriter()
                    keys.constructed { $0.constructed { $0.octets("uid".utf8) } }
                    writer.octets(keys.bytes)
                }
            }
        }
        let message = try LDAPMessage(writer.bytes[...])
        guard case .search(let search) = message.operation else { return ([], 0) }
        let caller = test.asAdministrator
        var job = try searcher.job(search, message, by: caller)
        // Other searches have their turns before it.
        job.time = .seconds(600)
        let last = try await searcher.answer(job, by: caller) { bytes in
            let kind = WorkerThread.current
            await sent.note(bytes, from: kind)
        }
        return (last, await sent.count)
    }

    @Test("what is held until all is found has a room, and one that needs more is told so")
    func room() async throws {
        let enough = ArrivalBudget(1_048_576, always: 0)
        let (last, count) = try await search(enough)
        #expect(last.dropFirst(7).starts(with: [0x0A, 1, 0]))
        #expect(count >= 30)
        #expect(enough.bytes == 0)
        let little = ArrivalBudget(32_768, always: 0)
        let refused = try await search(little)
        let reason = "too much to sort: ask for fewer entries or attributes"
        let answer = LDAPAnswers.result(
            .search,
            to: 1,
            LDAPResult(.adminLimitExceeded, reason)
        )
        #expect(refused.last == answer && refused.count == 0)
        #expect(little.bytes == 0)
    }

    @Test("what was found is put into order and shown where lists are made")
    func threads() async throws {
        let sent = SentAnswers()
        let (_, count) = try await search(ArrivalBudget(1_048_576, always: 0), noting: sent)
        #expect(count >= 30)
        #expect(await sent.kinds == [.lists])
    }
}

/// Counts the entries that are sent, and on which threads.
private actor SentAnswers {
    private(set) var count = 0
    private(set) var kinds: Set<WorkerThread.Kind?> = []

    func note(_ bytes: [UInt8], from kind: WorkerThread.Kind?) {
        var reader = BERReader(bytes[...])
        while (try? reader.constructed()) != nil { count += 1 }
        kinds.insert(kind)
    }
}
