import Testing

@testable import LDAPWire

@Suite("Changes over LDAP")
struct LDAPChangeTests {
    private static func message(
        _ tag: UInt8,
        _ body: (inout BERWriter) -> Void
    ) throws(BERError) -> LDAPOperation {
        var writer = BERWriter()
        writer.constructed { writer in
            writer.integer(7)
            writer.constructed(tag, body)
        }
        return try LDAPMessage(writer.bytes[...]).operation
    }

    private static func attribute(
        _ name: String,
        _ values: [String],
        _ writer: inout BERWriter
    ) {
        writer.constructed { writer in
            writer.octets(name)
            writer.constructed(BERTag.set) { writer in
                for value in values { writer.octets(value) }
            }
        }
    }

    @Test("steps of a change are read in their order")
    func modify() throws {
        let operation = try Self.message(0x66) { writer in
            writer.octets("uid=jane".utf8)
            writer.constructed { writer in
                for (kind, values) in [(2, ["a", "b"]), (1, []), (3, ["1"])] {
                    writer.constructed { writer in
                        writer.integer(kind, tag: BERTag.enumerated)
                        Self.attribute("cn", values, &writer)
                    }
                }
            }
        }
        guard case .change(.modify(let modify)) = operation else {
            Issue.record("\(operation)")
            return
        }
        #expect(modify.name.elementsEqual("uid=jane".utf8))
        #expect(modify.steps.map(\.kind) == [.replace, .delete, nil])
        #expect(modify.steps.map(\.attribute.values.count) == [2, 0, 1])
    }

    @Test("a new entry is read with its attributes")
    func add() throws {
        let operation = try Self.message(0x68) { writer in
            writer.octets("uid=jane".utf8)
            writer.constructed { writer in
                Self.attribute("objectClass", ["top", "person"], &writer)
                Self.attribute("sn", ["Doe"], &writer)
            }
        }
        guard case .change(.add(let add)) = operation else {
            Issue.record("\(operation)")
            return
        }
        #expect(add.attributes.map(\.values.count) == [2, 1])
        #expect(LDAPChange.add(add).answer == .add)
    }

    @Test(
        "what names too many attributes and values is refused, and read no further",
        arguments: [0, 1]
    )
    func large(_ more: Int) throws {
        let most = LDAPChange.maximumValues
        let values = Array(repeating: "", count: most - 1 + more)
        let modify = try Self.message(0x66) { writer in
            writer.octets("cn=team".utf8)
            writer.constructed { writer in
                writer.constructed { writer in
                    writer.integer(0, tag: BERTag.enumerated)
                    Self.attribute("member", values, &writer)
                }
            }
        }
        let add = try Self.message(0x68) { writer in
            writer.octets("cn=team".utf8)
            writer.constructed { writer in
                for _ in 0..<most + more { Self.attribute("cn", [], &writer) }
            }
        }
        let reason = "a change names at most \(most) attributes and values"
        for (operation, tag) in [(modify, LDAPAnswerTag.modify), (add, .add)] {
            let refusal = LDAPOperation.refused(tag, LDAPResult(.adminLimitExceeded, reason))
            #expect((operation == refusal) == (more > 0))
        }
    }

    @Test("another name is read with and without another parent", arguments: [nil, "ou=people"])
    func modifyDN(_ parent: String?) throws {
        let operation = try Self.message(0x6C) { writer in
            writer.octets("uid=jane".utf8)
            writer.octets("uid=joan".utf8)
            writer.boolean(true)
            if let parent { writer.octets(parent.utf8, tag: BERTag.context(0)) }
        }
        guard case .change(.modifyDN(let rename)) = operation else {
            Issue.record("\(operation)")
            return
        }
        #expect(rename.newPart.elementsEqual("uid=joan".utf8))
        #expect(rename.deletesFormer)
        #expect(rename.newParent.map { Array($0) } == parent.map { Array($0.utf8) })
    }

    @Test("the name of an entry to be deleted is all that its message has")
    func delete() throws {
        var writer = BERWriter()
        writer.constructed { writer in
            writer.integer(7)
            writer.octets("uid=jane".utf8, tag: 0x4A)
        }
        let message = try LDAPMessage(writer.bytes[...])
        #expect(message.operation == .change(.delete(Array("uid=jane".utf8)[...])))
    }

    @Test(
        "what stands after the last element of a change is refused",
        arguments: [0x66, 0x68, 0x6C] as [UInt8]
    )
    func behind(_ tag: UInt8) {
        #expect(throws: BERError.self) {
            _ = try Self.message(tag) { writer in
                writer.octets("uid=jane".utf8)
                if tag == 0x6C {
                    writer.octets("uid=joan".utf8)
                    writer.boolean(true)
                } else {
                    writer.constructed { _ in }
                }
                writer.boolean(true)
            }
        }
    }
}
