import FoundationEssentials
import MusterCore
import MusterTesting
import Testing

@Suite("Small values")
struct ValueTests {
    @Test(
        "moments saturate at the ends of time",
        arguments: [
            (0, .seconds(1), 1000), (0, .milliseconds(-1), -1), (5, .microseconds(1999), 6),
            (.max, .milliseconds(1), .max), (.min, .milliseconds(-1), .min),
            (.max - 1, .seconds(1), .max), (0, .seconds(Int64.max), .max),
            (0, .seconds(Int64.min), .min), (-1, .seconds(Int64.min), .min),
        ] as [(Int64, Duration, Int64)]
    )
    func moments(_ start: Int64, _ duration: Duration, _ end: Int64) {
        let moment = Timestamp(rawValue: start).advanced(by: duration)
        #expect(moment == Timestamp(rawValue: end))
    }

    @Test(
        "durations become whole milliseconds, and saturate",
        arguments: [
            (.seconds(1), 1000), (.microseconds(1500), 1), (.microseconds(-1500), -1), (.zero, 0),
            (.seconds(Int64.max), .max), (.seconds(Int64.min), .min),
            (.seconds(9_223_372_036_854_775), 9_223_372_036_854_775_000),
            (.seconds(9_223_372_036_854_775) + .milliseconds(900), .max),
            (.seconds(-9_223_372_036_854_775) - .milliseconds(900), .min),
        ] as [(Duration, Int64)]
    )
    func milliseconds(_ duration: Duration, _ milliseconds: Int64) {
        #expect(duration.wholeMilliseconds == milliseconds)
    }

    @Test("the time between two moments has the sign of their order")
    func since() {
        let early = Timestamp(rawValue: 1000)
        let late = Timestamp(rawValue: 3000)
        #expect(late.since(early) == .seconds(2))
        #expect(early.since(late) == .seconds(-2))
        #expect(early < late)
        #expect(Timestamp(rawValue: .max).since(Timestamp(rawValue: .min)) > .zero)
        #expect(Timestamp(rawValue: .min).since(Timestamp(rawValue: .max)) < .zero)
    }

    @Test("digests match when every byte does")
    func digests() {
        let digest = Digest(Array(0..<32))
        #expect(digest.matches(Digest(Array(0..<32))))
        for index in 0..<32 {
            var bytes = digest.bytes
            bytes[index] ^= 0x80
            #expect(!digest.matches(Digest(bytes)), "byte \(index)")
        }
        #expect(!digest.matches(Digest(Array(0..<31))))
        #expect(!digest.matches(Digest([])))
    }

    @Test("hexadecimal text is lower case, and only its digits count")
    func hex() {
        #expect(Hex.text([0, 1, 0x7F, 0x80, 0xFF]) == "00017f80ff")
        #expect(Hex.text([]) == "")
        #expect(Hex.isHex("00aAfF", count: 6))
        for text in [
            "00aAf", "00aAfFg", "0x00aA", " 00aAf", "00aAf\u{FF11}", "\u{661}0aAfF", "00aAf-",
        ] {
            #expect(!Hex.isHex(text, count: 6), "\(text)")
        }
        #expect(Hex.isHex("", count: 0))
    }

    @Test("a random UUID is of version 4 and keeps its bytes")
    func uuids() throws {
        let random = SeededRandom()
        let uuids = (0..<100).map { _ in UUID.random(from: random) }
        #expect(Set(uuids).count == 100)
        for uuid in uuids {
            #expect(uuid.bytes[6] >> 4 == 4 && uuid.bytes[8] >> 6 == 2)
            #expect(UUID(bytes: uuid.bytes) == uuid)
            #expect(uuid.text == uuid.uuidString.lowercased() && uuid.text.utf8.count == 36)
        }
        let digits = UUID(bytes: [
            0x01, 0x23, 0x45, 0x67, 0x89, 0xAB, 0xCD, 0xEF, 0x90, 0xA9, 0x9A, 0x0F, 0xF0, 0x00,
            0xFF, 0x10,
        ])
        #expect(digits?.text == "01234567-89ab-cdef-90a9-9a0ff000ff10")
        #expect(UUID(bytes: []) == nil && UUID(bytes: Array(0..<17)) == nil)
    }

    @Test("masks cover each other bit by bit")
    func masks() {
        let some = Masks(read: 0b0110, write: 1, liveview: 0)
        #expect(Masks.all.covers(some) && some.covers(some) && some.covers(Masks()))
        #expect(!some.covers(Masks(read: 0b1000)) && !some.covers(Masks(liveview: 1)))
        #expect(!some.covers(Masks(write: 2)) && !Masks().covers(some))
        #expect(Masks.all == Masks(read: .max, write: .max, liveview: .max))
    }

    @Test("every role has a UUID of version 4 that leads back to it", arguments: Role.allCases)
    func roles(_ role: Role) {
        #expect(Role(uuid: role.uuid) == role)
        #expect(role.uuid.bytes[6] >> 4 == 4 && role.uuid.bytes[8] >> 6 == 2)
        #expect(Role(rawValue: role.rawValue) == role)
        #expect(role <= .administrator)
    }

    @Test("no other UUID or number is a role")
    func noRoles() {
        #expect(Role(uuid: Group.everyoneUUID) == nil)
        #expect([1, 8, 15, 17, 63, 65, 128, -16].allSatisfy { Role(rawValue: $0) == nil })
    }

    @Test("an error shows its code and its message, and not its cause")
    func errors() {
        let error = MusterError(.userNotFound, "No.", cause: MusterError(.overloaded, "hidden"))
        #expect("\(error)" == "user.not_found: No.")
    }
}
