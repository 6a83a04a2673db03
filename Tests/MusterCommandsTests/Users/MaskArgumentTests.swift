import Testing

@testable import MusterClient
@testable import MusterCommands

@Suite("Masks on the command line")
struct MaskArgumentTests {
    private let bits = ["Ruleset", "Config", "Statistics", "Users"].enumerated().map {
        MaskBitRecord(index: Int64($0), name: $1)
    }

    @Test(
        "a mask is a decimal number, hexadecimal digits, all, or none",
        arguments: [
            ("0", 0), ("9", 9), ("9223372036854775807", Int64.max), ("0x0", 0), ("0xff", 255),
            ("0XFF", 255), ("0x7FFFFFFFFFFFFFFF", .max), ("007", 7), ("all", .max), ("None", 0),
        ]
    )
    func numbers(_ text: String, _ value: Int64) {
        #expect(MaskArgument(argument: text) == .bits(value))
    }

    @Test(
        "a mask is names of bits, in upper or lower case",
        arguments: [("Users", 8), ("users,CONFIG", 10), ("Ruleset,Ruleset", 1)] as [(String, Int64)]
    )
    func names(_ text: String, _ value: Int64) throws {
        let mask = try #require(MaskArgument(argument: text))
        #expect(try mask.bits(bits) == value)
    }

    @Test("a name that the server does not know is refused, and the others are named")
    func unknown() throws {
        let mask = try #require(MaskArgument(argument: "Users,Nothing"))
        let refusal = #expect(throws: CommandError.self) { try mask.bits(bits) }
        #expect(refusal?.status == .usage)
        #expect(
            refusal?.message
                == "There is no bit Nothing. There are: Ruleset, Config, Statistics, Users."
        )
    }

    @Test(
        "anything else is no mask",
        arguments: [
            "", " ", "-1", "+1", "1.0", "1e3", "1_000", "0x", "0xg", "0b1", "0o7",
            "9223372036854775808",
            "0x8000000000000000", "0xFFFFFFFFFFFFFFFF", "99999999999999999999", "1 ", " 1", "٣",
            "１２",
            "Users,", ",Users", "Users,,Config", "Users Config", "Üsers", "Users\n", "Users;1",
            "10,11",
            String(repeating: "9", count: 10_000), String(repeating: "a", count: 65),
        ]
    )
    func hostile(_ text: String) {
        #expect(MaskArgument(argument: text) == nil)
    }

    @Test("a mask is shown as it can be given again", arguments: [0, 1, 255, Int64.max - 1, .max])
    func shown(_ bits: Int64) {
        #expect(MaskArgument(argument: MaskArgument.text(bits)) == .bits(bits))
    }
}
