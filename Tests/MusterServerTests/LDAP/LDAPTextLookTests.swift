import LDAPWire
import MusterCore
import MusterTesting
import StoreTesting
import Synchronization
import Testing
import TextBytes

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
        // Beyond the first two planes nothing has cases.
        for scalar in (0x80...0x1_FFFF).lazy.compactMap({ Unicode.Scalar(UInt32($0)) }) {
            let text = String(Character(scalar))
            let folded = LDAPValue.folded(text.utf8, isWhole: false) ?? []
            if folded != Array(text.utf8) {
                #expect(LDAPFolds.folded.contains { $0.contains(scalar.value) }, "\(scalar.value)")
            }
            guard let first = folded.first, first < 0x80 else { continue }
            found[first, default: []].append(scalar)
        }
        #expect(found == LDAPTextLook.alike)
    }

    @Test("for each run of three characters what may stand in its place is looked for")
    func clues() {
        func clues(_ text: String, isPlain: Bool = false) -> [Set<String>] {
            LDAPFolds.clues(of: [Array(text.utf8)], isPlain: isPlain).map { Set($0) }
        }
        #expect(clues("4711") == [["471"], ["711"]])
        #expect(clues("bob") == [["bob"]])
        #expect(clues("kob") == [["kob", "\u{212A}ob"]])
        #expect(clues("obi") == [["obi", "ob\u{130}"]])
        #expect(
            clues("smo") == [["smo", "\u{17F}mo", "\u{DF}mo", "\u{1E9E}mo"]]
        )
        // What may come of one character has nothing that is known beside it.
        #expect(clues("fis") == [] && clues("oss") == [])
        #expect(clues("fis", isPlain: true) == [["fis"]])
        let large: Set<String> = ["\u{41C}\u{410}\u{420}", "\u{41C}\u{410}\u{440}"]
        let found = clues("\u{43C}\u{430}\u{440}")
        #expect(found.first?.count == 8 && found.first?.isSuperset(of: large) == true)
        #expect(clues("\u{7530}\u{4E2D}\u{592A}\u{90CE}").map(\.count) == [1, 1])
        // How many blanks stand between words a filter does not see.
        #expect(clues("ab cd") == [["ab "], ["b c", "b  "], [" cd"]])
        #expect(clues("ab   cd") == clues("ab cd") && clues(" 47") == [[" 47"]])
        #expect(clues("abc  d bcd").count == 7 && clues("ab\tcd") == [])
        #expect(clues(String(repeating: "abcd", count: 200)).count <= 12)
    }

    @Test("whatever stands in a text, a filter that finds a piece of it has asked the index for it")
    func complete() {
        let plain = "aAfFiIlsStTkKhnjwy4. "
        let special =
            "\u{DF}\u{1E9E}\u{17F}\u{FB00}\u{FB01}\u{FB03}\u{FB05}\u{130}\u{149}\u{212A}"
        let others = "\u{3C3}\u{3C2}\u{3A3}\u{390}\u{E9}\u{C9}"
        let alphabet = Array((plain + special + others).unicodeScalars)
        let random = SeededRandom(seed: 18)
        for _ in 0..<3_000 {
            let bytes = random.bytes(14)
            var view = String.UnicodeScalarView()
            for byte in bytes.prefix(9) { view.append(alphabet[Int(byte) % alphabet.count]) }
            let text = String(view)
            guard let folded = LDAPValue.folded(text.utf8, isWhole: false) else { continue }
            let scalars = Array(String(decoding: folded, as: UTF8.self).unicodeScalars)
            let start = Int(bytes[10]) % scalars.count
            var piece = String.UnicodeScalarView()
            for scalar in scalars[start...].prefix(3 + Int(bytes[11]) % 4) { piece.append(scalar) }
            let own = text.foldedASCII
            let clues = LDAPFolds.clues(of: [Array(String(piece).utf8)], isPlain: false)
            for clue in clues {
                let isThere = clue.contains { own.contains($0.foldedASCII) }
                #expect(isThere, "\(String(piece)) in \(text)")
            }
        }
    }

    @Test("the index is asked for what is visible ASCII, with others that are taken for it")
    func heads() {
        #expect(LDAPTextLook.head(of: Array("jane van".utf8)) == "jane")
        #expect(LDAPTextLook.head(of: Array("zoë".utf8)) == "zo")
        #expect(LDAPTextLook.head(of: Array("ë".utf8)) == nil)
        #expect(LDAPTextLook.head(of: Array(repeating: 0x61, count: 99))?.utf8.count == 32)
        #expect(Set(LDAPTextLook.texts(of: "oki")) == ["oki", " ", "o\u{212A}", "ok\u{130}"])
    }

    @Test("a piece is looked for by its runs, and a whole text by those behind its first word, too")
    func pieces() {
        func containing(_ runs: String...) -> [LDAPUserKey] { [.containing(runs.map { [$0] })] }
        let spaced: [[String]] = [["q 4", "q  "], [" 47"], ["471"], ["711"]]
        #expect(keys(having("cn", nil, ["x", "Q 4711"])) == [.containing(spaced)])
        #expect(keys(having("uid", nil, ["Smith"])) == containing("smi", "mit", "ith"))
        #expect(keys(having("cn", nil, ["Smith"]))?.first?.isText == true)
        #expect(keys(having("uid", nil, ["sm"])) == nil && keys(having("sn", nil, ["4711"])) == nil)
        #expect(keys(having("cn", "go", ["4711"])) == containing("471", "711"))
        #expect(keys(having("cn", "goe", ["4711"])) == containing("goe", "471", "711"))
        #expect(keys(having("cn", "goe", ["47"])) == [.beginning("goe")])
        #expect(keys(equal("cn", "Bob")) == [.beginning("bob")])
        let whole: [[String]] = [
            ["bob"], ["ob "], ["b 4", "b  "], [" 47"], ["471"], ["711"],
        ]
        #expect(keys(equal("displayName", " Bob  4711")) == [.containing(whole)])
        let either = LDAPFilter.or([having("cn", nil, ["a b"]), having("cn", nil, ["a  b"])])
        #expect(keys(either) == [.containing([["a b", "a  "]])])
        let both = LDAPFilter.or([having("cn", nil, ["4711"]), beginning("mail", "jane")])
        #expect(keys(both) == containing("471", "711") + [.beginning("jane")])
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
            var job = try searcher.job(search, message, by: caller)
            // Other searches have their turns before it.
            job.time = .seconds(600)
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
            "Ann Lee", "Ann   Lee", "annl ee", "Bob  \u{DF}", " Al  Ba ",
        ]
        for (number, name) in named.enumerated() {
            var user = try await test.makeUser("u\(number)@example.com")
            user.name = name
            try await test.overwrite(user)
        }
        let beginnings = [
            "sam", "SA", "sass", "st", "s", "kim", "zoe", "zo\u{EB}", "u1", "Other", "x", "fi4",
            " Sam", "ann  l", "ann  lee",
        ]
        let pieces = [
            "4711", "ob 47", "i4711ss", "zoe", "er", "the", "mantha", "ella", "antha", "n l", " 47",
            "nn L", "ann ", "b ss", "l b", " Ba", "al ba", "ob  47", "nn   lee",
        ]
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

    @Test(
        "what a login name or an address is equal to is found as by a look at everybody",
        arguments: [
            ("uid", " JANE@example.com ", "jane"), ("uid", "te\u{17F}s@example.com", "tess"),
            ("mail", "jos\u{C9}@EXAMPLE.com", "jane"), ("mail", "jos\u{E9}@example.com", nil),
            ("mail", "\u{212A}IM@example.org", "kim"), ("mail", "kim@example.org", nil),
        ] as [(String, String, String?)]
    )
    func equalities(_ attribute: String, _ value: String, _ name: String?) async throws {
        let addresses = [
            "jane": "JOS\u{C9}@example.com", "kim": "\u{212A}im@example.org",
            "tess": "x@example.org",
        ]
        for (name, address) in addresses {
            var user = try await test.makeUser("\(name)@example.com")
            user.email = address
            try await test.overwrite(user)
        }
        func equals(_ attribute: String, _ value: String, _ writer: inout BERWriter) {
            writer.constructed(0xA3) { writer in
                writer.octets(attribute.utf8)
                writer.octets(value.utf8)
            }
        }
        let indexed = try await names { equals(attribute, value, &$0) }
        let looked = try await names { writer in
            writer.constructed(0xA1) { writer in
                equals(attribute, value, &writer)
                equals("sn", "nobody's", &writer)
            }
        }
        let wanted = name.map { ["\($0)@example.com"] } ?? []
        #expect(indexed == wanted && looked == wanted)
    }

    @Test(
        "a group is looked up by its name, whatever blanks a filter has in it",
        arguments: ["staff", " Staff ", "the  staff", "The staff"]
    )
    func groups(_ name: String) {
        let keys = LDAPCondition(equal("cn", name)).groupKeys(in: tree)
        #expect(keys == [.reference(.name(name))])
    }
}
