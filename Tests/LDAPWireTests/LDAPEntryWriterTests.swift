import Testing

@testable import LDAPWire

@Suite("Entries as answers of LDAP")
struct LDAPEntryWriterTests {
    private static let attributes: [(name: String, values: [String])] = [
        ("cn", ["x"]), ("mail", []), ("memberUid", ["a", "", "b"]),
        ("sshPublicKey", [String(repeating: "k", count: 300)]),
    ]

    private func written(
        _ size: Int,
        typesOnly: Bool = false,
        times: Int = 1,
        isAlike: Bool = false
    ) -> [UInt8] {
        var writer = LDAPEntryWriter(to: 7, typesOnly: typesOnly)
        for _ in 0..<times {
            writer.begin([UInt8](repeating: 0x78, count: size))
            for (name, values) in Self.attributes {
                writer.begin(LDAPEntryWriter.Attribute(name.utf8))
                if isAlike, !values.isEmpty {
                    writer.add(LDAPEntryWriter.Values(values.map { Array($0.utf8) }))
                } else {
                    for value in values { writer.add(value) }
                }
                writer.endAttribute()
            }
            writer.end()
        }
        return writer.bytes
    }

    /// The same, element around element.
    private func expected(_ size: Int, typesOnly: Bool = false) -> [UInt8] {
        var writer = BERWriter()
        writer.constructed { writer in
            writer.integer(7)
            writer.constructed(0x64) { writer in
                writer.octets([UInt8](repeating: 0x78, count: size))
                writer.constructed { writer in
                    for (name, values) in Self.attributes where !values.isEmpty {
                        writer.constructed { writer in
                            writer.octets(name.utf8)
                            writer.constructed(BERTag.set) { writer in
                                for value in values where !typesOnly { writer.octets(value.utf8) }
                            }
                        }
                    }
                }
            }
        }
        return writer.bytes
    }

    @Test(
        "an entry of any size has the shortest lengths, and an attribute without values is left out",
        arguments: [0, 1, 100, 200, 1_000, 65_000, 65_536, 70_000],
        [false, true]
    )
    func sizes(_ size: Int, _ typesOnly: Bool) {
        let one = expected(size, typesOnly: typesOnly)
        #expect(written(size, typesOnly: typesOnly) == one)
        #expect(written(size, typesOnly: typesOnly, times: 2) == one + one)
        #expect(written(size, typesOnly: typesOnly, isAlike: true) == one)
    }

    @Test(
        "an element that is told to be long has the shortest length as well",
        arguments: [0, 127, 128, 255, 256, 65_535, 65_536]
    )
    func long(_ size: Int) {
        var (one, other) = (BERWriter(), BERWriter())
        let element = one.begin(isLong: true)
        one.raw([UInt8](repeating: 7, count: size))
        one.end(element)
        other.octets([UInt8](repeating: 7, count: size), tag: BERTag.sequence)
        #expect(one.bytes == other.bytes)
    }

    @Test("a text and its bytes are written alike", arguments: ["", "x", "Zoë", "a text of more"])
    func texts(_ text: String) {
        var (one, other) = (BERWriter(), BERWriter())
        one.octets(text)
        other.octets(Array(text.utf8))
        #expect(one.bytes == other.bytes)
        other.octets(text.utf8)
        #expect(one.bytes + one.bytes == other.bytes)
    }
}
