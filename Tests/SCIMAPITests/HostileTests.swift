import Glibc
import SCIMAPI
import Testing
import WireJSON

/// How many texts there are is `MUSTER_TEST_INPUTS`, 3,000 if unset; `make hostile` has a million.
@Suite("Texts that nobody sends who means well")
struct HostileTests {
    /// What texts are put together from, beside any characters.
    private static let pieces = [
        "userName", "emails[", "]", "(", ")", "not", "and", "or", "eq", "pr", "sw", "\"", "\\",
        "'", ".", ":", "urn:ietf:params:scim:schemas:core:2.0:User", " ", "\u{301}", "\0", "{",
        "1e9999", "-", "null", "[", "type", "members[value eq \"a\"]", "name.familyName", "\"x\"",
    ]

    private static var count: Int {
        getenv("MUSTER_TEST_INPUTS").flatMap { Int(String(cString: $0)) } ?? 3_000
    }

    /// What none takes.
    private static let most = Duration.milliseconds(10)

    /// How long some work has had a processor, so that a busy machine does not make it long.
    private func time(of work: () -> Void) -> Duration {
        func now() -> Duration {
            var time = timespec()
            clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
            return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
        }
        let start = now()
        work()
        return now() - start
    }

    @Test("as filters and as paths they are read or refused, within ten milliseconds")
    func texts() {
        var lot = Lot()
        var longest: (time: Duration, text: String) = (.zero, "")
        for turn in 0..<Self.count {
            // Most are as long as what people write, some as long as what programs do.
            let length = turn % 1_000 == 0 ? 200 : 1 + lot.number(below: 40)
            var text = ""
            for _ in 0..<length {
                let piece = lot.number(below: Self.pieces.count + 2)
                text +=
                    piece < Self.pieces.count
                    ? Self.pieces[piece]
                    : Unicode.Scalar(UInt32(lot.number(below: 0x300))).map { "\($0)" } ?? ""
                if lot.number(below: 3) == 0 { text += " " }
            }
            let operation = JSONObject([
                ("op", .string("replace")), ("path", .string(text)), ("value", .string("x")),
            ])
            let change = JSONObject([("Operations", .array([.object(operation)]))])
            let read = {
                for type in SCIMResourceType.all + [.userWithKeys] {
                    _ = try? SCIMFilter(text, over: type)
                    _ = try? SCIMPatch(change, of: type)
                }
            }
            var taken = time(of: read)
            // What the machine does for others is counted for some: it does not take long each time.
            for _ in 1...20 where taken >= Self.most { taken = min(taken, time(of: read)) }
            // In the first turn tables are made.
            if turn > 0, taken > longest.time { longest = (taken, text) }
        }
        #expect(longest.time < Self.most, "\(longest.text.debugDescription)")
    }
}

/// Numbers as by lot, the same in each run.
private struct Lot {
    private var state: UInt64 = 7

    mutating func number(below bound: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(state >> 33) % bound
    }
}
