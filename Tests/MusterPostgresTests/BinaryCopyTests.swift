import MusterCore
import Testing

@testable import MusterPostgres

@Suite("What COPY sends is read strictly, in whatever pieces it comes")
struct BinaryCopyTests {
    private static let kinds: [StoredKind] = [.integer, .text, .truth, .uuid, .bytes]
    private static let header: [UInt8] =
        Array("PGCOPY\n".utf8) + [0xff, 0x0d, 0x0a, 0x00] + number(0) + number(0)
    private static let end: [UInt8] = [0xff, 0xff]
    private static let uuid = [UInt8](repeating: 7, count: 16)

    private static func number(_ value: Int32) -> [UInt8] {
        withUnsafeBytes(of: value.bigEndian) { Array($0) }
    }

    private static func value(_ bytes: [UInt8]?) -> [UInt8] {
        bytes.map { number(Int32($0.count)) + $0 } ?? number(-1)
    }

    private static func row(_ values: [[UInt8]?]) -> [UInt8] {
        Array(number(Int32(values.count)).suffix(2)) + values.flatMap(value)
    }

    /// A row as it should be, with some columns as they should not.
    private static func row(_ place: Int, _ wrong: [UInt8]?) -> [UInt8] {
        var values: [[UInt8]?] = [
            Int64(-5).binary, Array("Jäne".utf8), [1], uuid, [0, 255],
        ]
        values[place] = wrong
        return row(values)
    }

    private static let good = row(0, Int64(-5).binary)

    /// Reads it in pieces of so many bytes, and returns the rows' values.
    private func read(_ bytes: [UInt8], inPiecesOf size: Int = .max) throws -> [[StoredValue]] {
        var copy = BinaryCopy(BinaryCopyTests.kinds)
        var found: [[StoredValue]] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            try rest.prefix(size).withUnsafeBytes { try copy.take($0) }
            rest = rest.dropFirst(size)
            found += values(copy.takeRows())
        }
        try copy.finish()
        return found
    }

    private func values(_ rows: StoredRows) -> [[StoredValue]] {
        (0..<rows.count).map { number in
            rows.cells[number * rows.width..<(number + 1) * rows.width].map { cell in
                switch cell {
                case .null: .null
                case .integer(let number): .integer(number)
                case .text(let start, let count):
                    .text(
                        String(
                            decoding: rows.bytes[Int(start)..<Int(start + count)],
                            as: UTF8.self
                        )
                    )
                case .bytes(let start, let count):
                    .bytes(Array(rows.bytes[Int(start)..<Int(start + count)]))
                }
            }
        }
    }

    private func refusal(_ bytes: [UInt8], inPiecesOf size: Int = .max) -> String? {
        do {
            _ = try read(bytes, inPiecesOf: size)
            return nil
        } catch let error as PostgresError {
            #expect(error.kind == .answer)
            return error.message
        } catch {
            return "\(error)"
        }
    }

    @Test(
        "rows come out as they went in, also where each piece is one byte",
        arguments: [1, 2, 7, .max]
    )
    func rows(size: Int) throws {
        let bytes =
            Self.header + Self.good + Self.row([nil, nil, nil, nil, nil])
            + Self.row([Int64.max.binary, [], [0], Self.uuid, []]) + Self.end
        let found = try read(bytes, inPiecesOf: size)
        #expect(
            found == [
                [
                    .integer(-5), .text("Jäne"), .integer(1), .bytes(Self.uuid), .bytes([0, 255]),
                ],
                [.null, .null, .null, .null, .null],
                [.integer(.max), .text(""), .integer(0), .bytes(Self.uuid), .bytes([])],
            ]
        )
    }

    @Test(
        "one without rows has none, and what follows the header for later versions is passed over"
    )
    func empty() throws {
        #expect(try read(Self.header + Self.end).isEmpty)
        let longer = Array(Self.header.dropLast(4)) + Self.number(3) + [1, 2, 3]
        #expect(try read(longer + Self.good + Self.end, inPiecesOf: 5).count == 1)
    }

    @Test("one that is cut off anywhere is refused")
    func cutOff() {
        let whole = Self.header + Self.good + Self.good + Self.end
        for length in 0..<whole.count {
            #expect(
                refusal(Array(whole.prefix(length))) == "a copy of rows is cut off",
                "\(length)"
            )
        }
        #expect(refusal(whole) == nil)
    }

    @Test("a header that is none, has unknown flags or a wrong length is refused")
    func headers() {
        var other = Self.header
        other[3] ^= 1
        #expect(refusal(other + Self.end) == "a copy of rows does not begin as one")
        #expect(refusal([UInt8](repeating: 0, count: 4)) == "a copy of rows does not begin as one")
        var flagged = Self.header
        flagged[12] = 1
        #expect(refusal(flagged + Self.end) == "a copy of rows has unknown flags")
        let short = Array(Self.header.dropLast(4))
        #expect(refusal(short + Self.number(-1)) == "a copy of rows has a header of -1 bytes")
        #expect(refusal(short + Self.number(.max))?.contains("has a header of") == true)
    }

    @Test("rows of another number of columns, and values of wrong lengths, are refused")
    func wrongRows() {
        let wrong: [([UInt8], String)] = [
            (Self.row([Int64(1).binary]), "has a row of 1 columns, and not of 5"),
            ([0, 6], "has a row of 6 columns, and not of 5"),
            ([0x80, 0], "has a row of -32768 columns, and not of 5"),
            ([0, 5] + Self.number(-2), "has a value of -2 bytes"),
            ([0, 5] + Self.number(.max), "has a value of 2147483647 bytes"),
            (Self.row(0, [1, 2, 3, 4]), "has a number of 4 bytes"),
            (Self.row(0, []), "has a number of 0 bytes"),
            (Self.row(1, [0x61, 0xff]), "has a text that is no UTF-8"),
            (Self.row(1, [0xed, 0xa0, 0x80]), "has a text that is no UTF-8"),
            (Self.row(2, [2]), "has a truth that is none"),
            (Self.row(2, [1, 1]), "has a truth that is none"),
            (Self.row(3, [1, 2, 3]), "has a UUID of 3 bytes"),
        ]
        for (bytes, message) in wrong {
            let sent = Self.header + Self.good + bytes + Self.end
            for size in [1, Int.max] {
                #expect(refusal(sent, inPiecesOf: size) == "a copy of rows \(message)")
            }
        }
    }

    @Test("what goes on after the end is refused")
    func behindTheEnd() {
        let whole = Self.header + Self.good + Self.end
        for size in [1, Int.max] {
            #expect(
                refusal(whole + Self.good, inPiecesOf: size)
                    == "a copy of rows goes on after its end"
            )
        }
    }
}
