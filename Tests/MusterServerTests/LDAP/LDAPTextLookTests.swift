import LDAPWire
import MusterCore
import MusterTesting
import StoreTesting
import Synchronization
import Testing

@testable import MusterServer

@Suite("Users who are found by what their names have", .everyStore)
struct LDAPTextLookTests {
    private let test: TestDirectory
    private let searcher: LDAPSearcher
    private let tree: LDAPTree

    init() async throws {
        test = try await TestDirectory()
        let suffix = try #require(DistinguishedName("dc=example,dc=com".utf8))
        tree = LDAPTree(suffix: suffix)
        searcher =
            LDAPOperations(test.directory, LDAPSettings(suffix: suffix, version: "1")).searcher
    }

    private func beginning(_ attribute: String, _ text: String) -> LDAPFilter {
        having(attribute, text, [])
    }

    private func having(_ attribute: String, _ initial: String?, _ any: [String]) -> LDAPFilter {
        let parts = LDAPSubstrings(
            initial: initial.map { Array($0.utf8)[...] },
            any: any.map { Array($0.utf8)[...] },
            final: nil
        )
        return .substrings(attribute: Array(attribute.utf8)[...], parts)
    }

    private func keys(_ filter: LDAPFilter) -> [LDAPUserKey]? {
        LDAPCondition(filter).userKeys(in: tree)
    }

    private func equal(_ attribute: String, _ value: String) -> LDAPFilter {
        .equal(
            LDAPAssertion(attribute: Array(attribute.utf8)[...], value: Array(value.utf8)[...])
        )
    }

    @Test("every character that filters take for one of ASCII is looked for, and no other")
    func alike() {
        var found: [UInt8: [Unicode.Scalar]] = [:]
        var parts: Set<UInt8> = []
        // Beyond the first two planes nothing has cases.
        for scalar in (0x80...0x1_FFFF).lazy.compactMap({ Unicode.Scalar(UInt32($0)) }) {
            let folded = LDAPValue.folded(String(Character(scalar)).utf8, isWhole: false)
            parts.formUnion((folded ?? []).filter { $0 < 0x80 })
            guard let first = folded?.first, first < 0x80 else { continue }
            found[first, default: []].append(scalar)
        }
        #expect(found == LDAPTextLook.alike && parts == LDAPTextLook.ambiguous)
    }

    @Test("the index is asked for what is visible ASCII, with others that are taken for it")
    func heads() {
        #expect(LDAPTextLook.head(of: Array("jane van".utf8)) == "jane")
        #expect(LDAPTextLook.head(of: Array("zoë".utf8)) == "zo")
        #expect(LDAPTextLook.head(of: Array("ë".utf8)) == nil)
        #expect(LDAPTextLook.head(of: Array(repeating: 0x61, count: 99))?.utf8.count == 32)
        #expect(Set(LDAPTextLook.texts(of: "oki")) == ["oki", " ", "o\u{212A}", "ok\u{130}"])
    }

    @Test("a piece is looked for as far as nothing else is taken for it, of login names all of it")
    func pieces() {
        #expect(keys(having("cn", nil, ["x", "User 4711"])) == [.containing("4711")])
        #expect(keys(having("cn", nil, ["Smith"])) == nil)
        #expect(keys(having("uid", nil, ["Smith"])) == [.containing("smith")])
        #expect(keys(having("uid", nil, ["sm"])) == nil && keys(having("sn", nil, ["4711"])) == nil)
        #expect(keys(having("cn", "jo", ["4711"])) == [.containing("4711")])
        #expect(keys(having("cn", "joe", ["4711"])) == [.beginning("joe")])
        let both = LDAPFilter.or([having("cn", nil, ["4711"]), beginning("mail", "jane")])
        #expect(keys(both) == [.containing("4711"), .beginning("jane")])
    }

    @Test("what is looked for together is looked for in the index if all of it can be")
    func together() {
        let jane = LDAPUserKey.beginning("jane")
        for name in ["uid", "cn", "displayName", "mail"] {
            #expect(keys(beginning(name, "Jane")) == [jane], "\(name)")
        }
        let mail = beginning("mail", "jane")
        #expect(keys(.or([beginning("cn", "JANE"), mail])) == [jane])
        #expect(keys(.and([beginning("sn", "doe"), mail])) == [jane])
        #expect(keys(.and([mail, equal("uid", "bob")])) == [.reference(.username("bob"))])
        #expect(keys(.or([mail, equal("uid", "Bob")])) == [jane, .beginning("bob")])
        #expect(keys(.or([mail, equal("uidNumber", "1879048194")])) == nil)
        #expect(keys(beginning("sn", "doe")) == nil && keys(.not(mail)) == nil)
        let many = (1...9).map { beginning("cn", "name\($0)") }
        #expect(keys(.or(many)) == nil && keys(.or(Array(many.dropLast())))?.count == 8)
    }

    /// The login names that a search below people finds, page by page if there is a size.
    private func names(
        _ filter: (inout BERWriter) -> Void,
        page: Int? = nil
    ) async throws -> [String] {
        var found: [String] = []
        var cookie: [UInt8] = []
        repeat {
            var writer = BERWriter()
            writer.constructed { writer in
                writer.integer(1)
                writer.constructed(0x63) { writer in
                    writer.octets("ou=people,dc=example,dc=com".utf8)
                    for number in [2, 0] { writer.integer(number, tag: BERTag.enumerated) }
                    for _ in 1...2 { writer.integer(0) }
                    writer.octets([0], tag: 0x01)
                    filter(&writer)
                    writer.constructed { $0.octets("uid".utf8) }
                }
                guard let page else { return }
                writer.constructed(0xA0) { writer in
                    writer.constructed { writer in
                        var value = BERWriter()
                        value.constructed { value in
                            value.integer(page)
                            value.octets(cookie)
                        }
                        writer.octets(LDAPControlType.paging.utf8)
                        writer.octets(value.bytes)
                    }
                }
            }
            let message = try LDAPMessage(writer.bytes[...])
            guard case .search(let search) = message.operation else { throw BERError("no search") }
            let caller = test.asAdministrator
            let job = try searcher.job(search, message, by: caller)
            let sent = Mutex<[UInt8]>([])
            let last = try await searcher.answer(job, by: caller) { bytes in
                sent.withLock { $0 += bytes }
            }
            cookie = try read(sent.withLock { $0 } + last, into: &found)
        } while !cookie.isEmpty
        return found
    }

    /// Reads the answers to a search; gives the mark of the next page, empty at the end.
    private func read(_ bytes: [UInt8], into names: inout [String]) throws -> [UInt8] {
        var reader = BERReader(bytes[...])
        while !reader.isAtEnd {
            var message = try reader.constructed()
            _ = try message.integer()
            let (tag, content) = try message.element()
            var operation = BERReader(content)
            guard tag == 0x64 else {
                #expect(try operation.integer(BERTag.enumerated) == 0)
                guard !message.isAtEnd else { continue }
                var controls = try message.constructed(0xA0)
                var control = try controls.constructed()
                _ = try control.octets()
                var value = BERReader(try control.octets())
                var page = try value.constructed()
                _ = try page.integer()
                return Array(try page.octets())
            }
            let name = String(decoding: try operation.octets(), as: UTF8.self)
            names.append(String(name.dropFirst(4).prefix { $0 != "," }))
        }
        return []
    }

    @Test(
        "by the index the same are found as by a look at everybody",
        arguments: [nil, 1, 2] as [Int?]
    )
    func same(_ page: Int?) async throws {
        let named = [
            "Sam Doe", "sAMANTHA", "\u{17F}am", "Sa\u{DF}a", "\u{FB06}ella", "  Sam", "Kim",
            "\u{212A}im", "Zoe\u{308}", "Zo\u{EB}", "Other", "Bob 4711", "\u{FB01}4711\u{DF}",
        ]
        for (number, name) in named.enumerated() {
            var user = try await test.makeUser("u\(number)@example.com")
            user.name = name
            try await test.overwrite(user)
        }
        let beginnings = [
            "sam", "SA", "sass", "st", "s", "kim", "zoe", "zo\u{EB}", "u1", "Other", "x", "fi4",
        ]
        let pieces = ["4711", "ob 47", "i4711ss", "zoe", "er"]
        for (text, tag) in beginnings.map({ ($0, UInt8(0x80)) }) + pieces.map({ ($0, 0x81) }) {
            func part(_ writer: inout BERWriter) {
                writer.constructed(0xA4) { writer in
                    writer.octets("cn".utf8)
                    writer.constructed { $0.octets(text.utf8, tag: tag) }
                }
            }
            let indexed = try await names(part, page: page)
            let looked = try await names(
                { writer in
                    writer.constructed(0xA1) { writer in
                        part(&writer)
                        // What no index knows, so that everybody is looked at.
                        writer.constructed(0xA3) { writer in
                            writer.octets("sn".utf8)
                            writer.octets("nobody's".utf8)
                        }
                    }
                },
                page: page
            )
            #expect(indexed == looked, "\(text)")
            #expect(indexed.isEmpty == (text == "u1" || text == "x"), "\(text)")
        }
    }
}
