import MusterTesting
import Testing

@testable import MusterCore

@Suite("CBOR of authenticators")
struct CBORTests {
    private func value(_ hex: String) throws -> CBORValue {
        try CBORReader.value(of: try #require(Hex.bytes(hex)))
    }

    @Test(
        "the examples of RFC 8949 appendix A are read",
        arguments: [
            ("00", .integer(0)), ("17", .integer(23)), ("1818", .integer(24)),
            ("1903e8", .integer(1000)), ("1a000f4240", .integer(1_000_000)),
            ("1b000000e8d4a51000", .integer(1_000_000_000_000)), ("20", .integer(-1)),
            ("3863", .integer(-100)), ("3903e7", .integer(-1000)), ("f4", .bool(false)),
            ("f5", .bool(true)), ("f6", .null), ("40", .bytes([])),
            ("4401020304", .bytes([1, 2, 3, 4])), ("60", .text([])), ("6161", .text([0x61])),
            ("62c3bc", .text([0xC3, 0xBC])), ("80", .array([])),
            ("83010203", .array([.integer(1), .integer(2), .integer(3)])), ("a0", .map([])),
            (
                "a201020304",
                .map([
                    CBORPair(key: .integer(1), value: .integer(2)),
                    CBORPair(key: .integer(3), value: .integer(4)),
                ])
            ), ("1b7fffffffffffffff", .integer(.max)), ("3b7fffffffffffffff", .integer(.min)),
        ] as [(String, CBORValue)]
    )
    func examples(_ hex: String, _ expected: CBORValue) throws {
        #expect(try value(hex) == expected)
    }

    /// What is refused, and why.
    private static let hostile: [(hex: String, what: String)] = [
        ("", "nothing"), ("18", "a number that is cut off"), ("1817", "24 in two bytes for 23"),
        ("190017", "not the shortest form"), ("1a0000ffff", "not the shortest form"),
        ("1b00000000ffffffff", "not the shortest form"), ("1bffffffffffffffff", "beyond 63 bits"),
        ("3bffffffffffffffff", "beyond 63 bits"), ("1c", "reserved"), ("1f", "reserved"),
        ("5f42010243030405ff", "bytes in pieces"), ("7f61616162ff", "a text in pieces"),
        ("9fff", "an array without end"), ("bfff", "a map without end"), ("ff", "an end"),
        ("42ff", "bytes that are cut off"), ("5bffffffffffffffff", "length 2^64-1"),
        ("5b8000000000000000", "length 2^63"), ("5b7fffffffffffffff", "length 2^63-1"),
        ("9bffffffffffffffff", "so many values"), ("bb7fffffffffffffff", "so many pairs"),
        ("9a00010000", "fewer values than it says"), ("61ff", "no UTF-8"),
        ("62c080", "an overlong form"), ("63eda080", "half a surrogate"),
        ("a2010201 02", "a key twice"), ("a203040102", "keys out of order"),
        ("a2616201 0102", "a text before a number"), ("a2626161016162 02", "the longer key first"),
        ("a18001", "an array as a key"), ("a1f401", "a flag as a key"), ("a101", "no value"),
        ("c100", "a tag"), ("f7", "undefined"), ("f800", "a simple value"),
        ("f90000", "a half"), ("fa00000000", "a float"), ("fb0000000000000000", "a double"),
        ("0000", "something after the value"), ("8181818100", "five deep"),
        ("a101a101a101a10101", "maps five deep"),
    ]

    @Test("anything else is refused", arguments: hostile.map { $0.hex })
    func refused(_ hex: String) throws {
        let bytes = try #require(Hex.bytes(hex.filter { $0 != " " }))
        #expect(throws: CBORError.self, "\(Self.hostile.first { $0.hex == hex }?.what ?? "")") {
            try CBORReader.value(of: bytes)
        }
    }

    @Test("four deep is read, a thousand deep refused at once")
    func depth() throws {
        #expect(try value("81818100") == .array([.array([.array([.integer(0)])])]))
        let deep = [UInt8](repeating: 0x81, count: 1000) + [0]
        #expect(throws: CBORError.self) { try CBORReader.value(of: deep) }
    }

    @Test("more than 16 KiB are refused before they are read")
    func size() {
        let most = [0x59, 0x3F, 0xFD] + [UInt8](repeating: 0, count: 16_381)
        #expect(throws: Never.self) { try CBORReader.value(of: most) }
        #expect(throws: CBORError.self) { try CBORReader.value(of: most + [0]) }
    }

    @Test("whatever bytes come, it reads them or says why not")
    func anything() throws {
        let random = SeededRandom(seed: 11)
        var read = 0
        for round in 0..<20_000 {
            let bytes = random.bytes(1 + round % 40)
            guard var reader = try? CBORReader(bytes), (try? reader.next()) != nil else { continue }
            read += 1
            #expect(reader.offset <= bytes.count)
        }
        #expect(read > 1000)
    }
}
