import LDAPWire
import MusterCore
import MusterTesting
import Testing

@testable import MusterServer

@Suite("Filters over LDAP that are long")
struct LDAPLongFilterTests {
    private let test: TestDirectory
    private let searcher: LDAPSearcher

    init() async throws {
        test = try await TestDirectory()
        let suffix = try #require(DistinguishedName("dc=example,dc=com".utf8))
        let settings = LDAPSettings(suffix: suffix, version: "1")
        searcher = LDAPOperations(test.directory, settings).searcher
        _ = try await test.makeUser("jane@example.com")
    }

    /// A search whose filter has some bytes: any class, or a name of so many letters that are dear to read.
    private func search(
        _ base: String,
        _ scope: LDAPSearch.Scope,
        filterBytes: Int
    ) throws -> (LDAPMessage, LDAPSearch) {
        // The lengths around the parts take as many bytes whatever is in them.
        let parts = filterBytes - 4 - 4 - 13 - 4
        let letters = Array(String(repeating: "Ü", count: 500).utf8)
        var writer = BERWriter()
        writer.constructed { writer in
            writer.integer(7)
            writer.constructed(0x63) { writer in
                writer.octets(base.utf8)
                for number in [scope.rawValue, 0] { writer.integer(number, tag: 0x0A) }
                for _ in 1...2 { writer.integer(0) }
                writer.octets([0], tag: 0x01)
                writer.constructed(0xA1) { writer in
                    writer.octets("objectClass".utf8, tag: 0x87)
                    writer.constructed(0xA4) { writer in
                        writer.octets("cn".utf8)
                        writer.constructed { writer in
                            var left = parts
                            while left > 1 {
                                let part = letters.prefix(min(left - 2, letters.count))
                                writer.octets(part, tag: BERTag.context(1))
                                left -= part.count + (part.count < 128 ? 2 : 4)
                            }
                        }
                    }
                }
                writer.constructed { $0.octets("1.1".utf8) }
            }
        }
        let message = try LDAPMessage(writer.bytes[...])
        guard case .search(let search) = message.operation else { throw BERError("no search") }
        return (message, search)
    }

    private func refusal(_ base: String, _ filterBytes: Int) throws -> LDAPResult? {
        let (message, search) = try search(base, .base, filterBytes: filterBytes)
        do throws(LDAPResult) {
            _ = try searcher.jobNow(search, message, by: nil)
            return nil
        } catch {
            return error
        }
    }

    @Test("before a bind a filter has 512 bytes at most, also for what anybody may ask")
    func strangers() throws {
        for base in ["", "cn=Subschema"] {
            let (_, short) = try search(base, .base, filterBytes: 400)
            #expect((390...512).contains(short.filterBytes.count))
            #expect(try refusal(base, 400) == nil)
            let reason = "before a bind a filter has at most 512 bytes"
            for bytes in [600, 16_000] {
                #expect(try refusal(base, bytes) == LDAPResult(.adminLimitExceeded, reason))
            }
        }
        let refused = try refusal("dc=example,dc=com", 16_000)
        #expect(refused == LDAPResult(.insufficientAccessRights, "bind first"))
    }

    @Test("a caller's are not read where they come in, and find what they ask for")
    func callers() async throws {
        let caller = test.asAdministrator
        let name = "uid=jane@example.com,ou=people,dc=example,dc=com"
        let (short, quick) = try search(name, .base, filterBytes: 400)
        #expect(try searcher.jobNow(quick, short, by: caller) != nil)
        let (message, search) = try search(name, .base, filterBytes: 100_000)
        #expect(search.filterBytes.count > 90_000)
        #expect(try searcher.jobNow(search, message, by: caller) == nil)
        let bytes = try await searcher.answer(search, message, by: caller) { _ in }
        let entry = LDAPAnswers.result(.search, to: 7, .success)
        #expect(bytes.count > entry.count && bytes.suffix(entry.count).elementsEqual(entry))
        let (lost, other) = try self.search(
            "uid=none,ou=people,dc=example,dc=com",
            .base,
            filterBytes: 600
        )
        let missing = try await searcher.answer(other, lost, by: caller) { _ in }
        #expect(missing.dropFirst(7).starts(with: [0x0A, 1, 32]))
    }
}
