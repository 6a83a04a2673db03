import MusterCore
import MusterTesting
import Testing
import WireJSON

@testable import MusterDelivery

@Suite("Letters and names of files that nobody should have written")
struct HostileLetterTests {
    private static let whole = Letter.code(7).bytes

    @Test("a letter is read as it was written, and cut nowhere")
    func cut() throws {
        let letter = try #require(Letter(bytes: Self.whole))
        #expect(letter.bytes == Self.whole)
        for count in 0..<Self.whole.count {
            #expect(Letter(bytes: Array(Self.whole.prefix(count))) == nil)
        }
        #expect(Letter(bytes: Self.whole + [0x7D]) == nil)
    }

    @Test(
        "a member that is missing, of another type or of no meaning is no letter",
        arguments: [
            "id", "channel", "purpose", "recipient", "subject", "text", "kind", "name",
            "created_at", "expires_at",
        ]
    )
    func members(_ member: String) throws {
        let text = String(decoding: Self.whole, as: UTF8.self)
        let renamed = text.replacing("\"\(member)\":", with: "\"x\":")
        #expect(Letter(bytes: Array(renamed.utf8)) == nil)
        for value in ["null", "[]", "{}", "true", "1.5", "1e400"] {
            let other = text.replacing("\"\(member)\":", with: "\"\(member)\":\(value),\"x\":")
            #expect(Letter(bytes: Array(other.utf8)) == nil, "\(value)")
        }
    }

    @Test("an identifier, a way and a kind have their forms")
    func forms() {
        let text = String(decoding: Self.whole, as: UTF8.self)
        let changes = [
            ("00000007", "0000000G"), ("00000007", "007"), ("\"email\"", "\"pigeon\""),
            ("\"kind\":\"User\"", "\"kind\":\"root\""),
        ]
        for (old, new) in changes {
            #expect(text.contains(old))
            #expect(Letter(bytes: Array(text.replacing(old, with: new).utf8)) == nil, "\(new)")
        }
    }

    @Test("moments at the ends of time are moments")
    func ends() throws {
        let text = String(decoding: Self.whole, as: UTF8.self)
            .replacing("\"created_at\":1767225600000", with: "\"created_at\":\(Int64.min)")
            .replacing("\"expires_at\":1767225900000", with: "\"expires_at\":\(Int64.max)")
        let letter = try #require(Letter(bytes: Array(text.utf8)))
        #expect(letter.expiresAt.rawValue == .max)
        #expect(letter.isOpen(at: FixedClock.start))
    }

    @Test(
        "what is no name of a letter's file is passed over",
        arguments: [
            "", ".", "..", ".msg", "a.0.msg", "x.y.0.msg",
            "\(String(repeating: "a", count: 40)).-1.msg",
            "\(String(repeating: "a", count: 40)).1000.msg",
            "\(String(repeating: "a", count: 40)).0.txt",
            "\(String(repeating: "a", count: 40)).99999999999999999999.msg",
            "\(String(repeating: "a", count: 70)).0.msg",
            "\(String(repeating: "a", count: 40)).0.msg.part",
        ]
    )
    func names(_ name: String) {
        #expect(MessageSpool.parts(name) == nil)
    }

    @Test("the name of a letter's file is read in its parts")
    func name() throws {
        let file = MessageSpool.file("001767225600000-\(String(repeating: "0", count: 32))", 7)
        let parts = try #require(MessageSpool.parts(file))
        #expect(parts.tries == 7 && parts.name.utf8.count == 48)
    }
}
