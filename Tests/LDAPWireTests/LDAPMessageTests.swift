import Testing

@testable import LDAPWire

@Suite("Messages of LDAP")
struct LDAPMessageTests {
    /// A search for everything below a base, with a filter.
    private static func search(_ filter: [UInt8], attributes: Int = 0) -> [UInt8] {
        var writer = BERWriter()
        writer.constructed { writer in
            writer.integer(7)
            writer.constructed(0x63) { writer in
                writer.octets("dc=example,dc=com".utf8)
                writer.integer(2, tag: BERTag.enumerated)
                writer.integer(0, tag: BERTag.enumerated)
                writer.integer(0)
                writer.integer(0)
                writer.boolean(false)
                writer.raw(filter)
                writer.constructed { writer in
                    for _ in 0..<attributes { writer.octets("uid".utf8) }
                }
            }
        }
        return writer.bytes
    }

    private static func nested(_ depth: Int) -> [UInt8] {
        var filter: [UInt8] = [0x87, 0x03] + Array("uid".utf8)
        for _ in 0..<depth {
            var writer = BERWriter()
            writer.constructed(0xA2) { $0.raw(filter) }
            filter = writer.bytes
        }
        return filter
    }

    @Test("an anonymous bind of HAProxy is read")
    func bind() throws {
        let message = try LDAPMessage([
            0x30, 0x0C, 0x02, 0x01, 0x01, 0x60, 0x07, 0x02, 0x01, 0x03, 0x04, 0x00, 0x80, 0x00,
        ])
        #expect(message.id == 1)
        guard case .bind(let bind) = message.operation else {
            Issue.record("\(message.operation)")
            return
        }
        #expect(bind.version == 3)
        #expect(bind.name.isEmpty)
        #expect(bind.proof == .simple([]))
    }

    @Test(
        "what stands after the proof of a bind, or in it and is no proof, makes it none",
        arguments: [
            [0x80, 0x01, 0x41, 0x04, 0x00], [0x80, 0x00, 0x41], [0xA3, 0x01, 0x04],
            [0xA3, 0x03, 0x0C, 0x01, 0x41], [0xA3, 0x06, 0x04, 0x00, 0x04, 0x00, 0x04, 0x00],
        ] as [[UInt8]]
    )
    func behindBind(_ proof: [UInt8]) {
        var writer = BERWriter()
        writer.constructed { writer in
            writer.integer(1)
            writer.constructed(0x60) { writer in
                writer.integer(3)
                writer.octets("uid=jane".utf8)
                writer.raw(proof)
            }
        }
        #expect(throws: BERError.self) { _ = try LDAPMessage(writer.bytes[...]) }
    }

    @Test("a filter is read with all of its kinds")
    func filter() throws {
        var writer = BERWriter()
        writer.constructed(0xA0) { writer in
            writer.constructed(0xA3) { writer in
                writer.octets("uid".utf8)
                writer.octets("jane".utf8)
            }
            writer.constructed(0xA4) { writer in
                writer.octets("cn".utf8)
                writer.constructed { writer in
                    writer.octets("J".utf8, tag: 0x80)
                    writer.octets("n".utf8, tag: 0x81)
                }
            }
            writer.octets("mail".utf8, tag: 0x87)
        }
        let message = try LDAPMessage(Self.search(writer.bytes)[...])
        guard case .search(let search) = message.operation, case .and(let all) = search.filter
        else {
            Issue.record("\(message.operation)")
            return
        }
        #expect(all.count == 3)
        #expect(search.scope == .subtree)
    }

    @Test("a filter that is too deep, or has too many terms, is refused by itself")
    func large() throws {
        var wide = BERWriter()
        wide.constructed(0xA1) { writer in
            for _ in 0...LDAPFilter.maximumTerms { writer.octets("uid".utf8, tag: 0x87) }
        }
        for bytes in [Self.search(Self.nested(25)), Self.search(wide.bytes)] {
            guard case .refused(.search, let result) = try LDAPMessage(bytes[...]).operation else {
                Issue.record("it was taken")
                continue
            }
            #expect(result.code == .adminLimitExceeded)
        }
    }

    @Test("parts of a text are terms of a filter, and of too many no more are read")
    func parts() throws {
        func search(_ parts: Int, byteAfter: Bool = false) throws -> LDAPOperation {
            var writer = BERWriter()
            writer.constructed(0xA4) { writer in
                writer.octets("cn".utf8)
                writer.constructed { writer in
                    for _ in 0..<parts { writer.octets("".utf8, tag: 0x81) }
                    // No element; whoever reads as far finds that.
                    if byteAfter { writer.raw([0x1F]) }
                }
            }
            return try LDAPMessage(Self.search(writer.bytes)[...]).operation
        }
        guard case .search = try search(LDAPFilter.maximumTerms - 1) else {
            Issue.record("it was refused")
            return
        }
        for operation in [
            try search(LDAPFilter.maximumTerms), try search(100_000, byteAfter: true),
        ] {
            guard case .refused(.search, let result) = operation else {
                Issue.record("it was taken")
                continue
            }
            #expect(result.code == .adminLimitExceeded)
        }
    }

    @Test("a filter that is deeper still is no message")
    func fatal() {
        #expect(throws: BERError.self) {
            _ = try LDAPMessage(Self.search(Self.nested(1000))[...])
        }
    }

    @Test("512 attributes are taken, and 513 are too many")
    func attributes() throws {
        let filter: [UInt8] = [0x87, 0x03] + Array("uid".utf8)
        guard case .search = try LDAPMessage(Self.search(filter, attributes: 512)[...]).operation,
            case .refused = try LDAPMessage(Self.search(filter, attributes: 513)[...]).operation
        else {
            Issue.record("the bound is another one")
            return
        }
    }

    @Test(
        "every beginning of a message is refused, and no byte of it can be changed to make the reader fail"
    )
    func hostile() throws {
        let whole = Self.search(Self.nested(3), attributes: 2)
        for count in 0..<whole.count {
            #expect(throws: BERError.self) { _ = try LDAPMessage(whole[..<count]) }
        }
        for index in whole.indices {
            for byte: UInt8 in [0x00, 0x7F, 0x80, 0xFF, 0x30] {
                var changed = whole
                changed[index] = byte
                // Whatever comes of it, it comes to an end.
                _ = try? LDAPMessage(changed[...])
            }
        }
    }

    @Test("numbers of messages go from 1 to 2^31-1")
    func numbers() {
        for number in [0, -1, 2_147_483_648] {
            var writer = BERWriter()
            writer.constructed { writer in
                writer.integer(number)
                writer.octets([], tag: 0x42)
            }
            #expect(throws: BERError.self) { _ = try LDAPMessage(writer.bytes[...]) }
        }
    }
}
