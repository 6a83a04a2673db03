import Testing

@testable import LDAPWire

@Suite("BER")
struct BERTests {
    @Test(
        "numbers are written as short as they may be, and read again",
        arguments: [
            0, 1, -1, 127, 128, -128, -129, 255, 256, 65_535, 2_147_483_647, -2_147_483_648,
            Int.max,
            Int.min,
        ]
    )
    func numbers(_ number: Int) throws {
        var writer = BERWriter()
        writer.integer(number)
        var reader = BERReader(writer.bytes[...])
        #expect(try reader.integer() == number)
        #expect(reader.isAtEnd)
    }

    @Test("lengths are as short as they may be", arguments: [0, 1, 127, 128, 255, 256, 65_536])
    func lengths(_ length: Int) throws {
        var writer = BERWriter()
        writer.constructed { $0.octets(Array(repeating: 7, count: length)) }
        let ofLength = length < 128 ? 1 : length < 256 ? 2 : length < 65_536 ? 3 : 4
        let inner = 1 + ofLength + length
        let ofInner = inner < 128 ? 1 : inner < 256 ? 2 : inner < 65_536 ? 3 : 4
        #expect(writer.bytes.count == 1 + ofInner + inner)
        var reader = BERReader(writer.bytes[...])
        var content = try reader.constructed()
        #expect(try content.octets().count == length)
    }

    @Test("lengths of four bytes are read, as some clients always write them")
    func longLengths() throws {
        var reader = BERReader([0x30, 0x84, 0, 0, 0, 3, 0x02, 0x01, 0x05])
        var content = try reader.constructed()
        #expect(try content.integer() == 5)
    }

    @Test(
        "what is no element is refused",
        arguments: [
            [], [0x30], [0x30, 0x80, 0, 0], [0x30, 0x02, 0x01], [0x30, 0x84, 0, 0],
            [0x30, 0x89, 0, 0, 0, 0, 0, 0, 0, 0, 1], [0x30, 0x84, 0xFF, 0xFF, 0xFF, 0xFF],
            [0x30, 0x88, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], [0x1F, 0x81, 0x01, 0x00],
        ] as [[UInt8]]
    )
    func malformed(_ bytes: [UInt8]) {
        #expect(throws: BERError.self) {
            var reader = BERReader(bytes[...])
            _ = try reader.element()
        }
    }

    @Test("a string in pieces is none")
    func pieces() {
        #expect(throws: BERError.self) {
            var reader = BERReader([0x24, 0x03, 0x04, 0x01, 0x41])
            _ = try reader.octets()
        }
    }

    @Test("a number without bytes, and one of nine, are none")
    func badNumbers() {
        for bytes: [UInt8] in [[0x02, 0x00], [0x02, 0x09, 1, 1, 1, 1, 1, 1, 1, 1, 1]] {
            #expect(throws: BERError.self) {
                var reader = BERReader(bytes[...])
                _ = try reader.integer()
            }
        }
    }

    @Test(
        "a message's end is known before its content has come, and one that is too long before it is kept"
    )
    func frames() {
        func frame(_ bytes: [UInt8], _ available: Int? = nil) -> LDAPFrame {
            LDAPFrame(bytes[...], limit: 1000, available: available ?? bytes.count)
        }
        #expect(frame([]) == .incomplete)
        #expect(frame([0x30]) == .incomplete)
        #expect(frame([0x30, 0x82, 0x01]) == .incomplete)
        #expect(frame([0x30, 0x05, 0x02]) == .incomplete)
        #expect(frame([0x30, 0x05], 7) == .complete(7))
        #expect(frame([0x30, 0x84, 0, 0, 0, 5], 50) == .complete(11))
        #expect(frame([0x30, 0x82, 0x10, 0x00]) == .tooLong)
        guard case .malformed = frame([0x16, 0x03, 0x01]) else {
            Issue.record("a greeting of TLS is no message")
            return
        }
    }
}
