import MusterCrypto
import MusterTesting
import Testing

@testable import MusterCore

@Suite("Codes of authenticator apps")
struct TimeCodeTests {
    private let cryptography = SystemFactorCryptography()
    /// The secret of RFC 6238 appendix B.
    private let secret = Secret(Array("12345678901234567890".utf8))

    private func code(of step: Int64) -> Secret<String> {
        Secret(String(decoding: TimeCode.code(of: step, secret, cryptography), as: UTF8.self))
    }

    /// The table's eight digits end in the six that an app shows.
    @Test(
        "they are those of RFC 6238 appendix B",
        arguments: [
            (59, "287082"), (1_111_111_109, "081804"), (1_111_111_111, "050471"),
            (1_234_567_890, "005924"), (2_000_000_000, "279037"), (20_000_000_000, "353130"),
        ] as [(Int64, String)]
    )
    func vectors(_ second: Int64, _ expected: String) {
        let step = TimeCode.step(at: Timestamp(rawValue: second * 1000))
        #expect(TimeCode.code(of: step, secret, cryptography) == Array(expected.utf8))
    }

    @Test("they are those of RFC 4226 appendix D")
    func counters() {
        let expected = [
            "755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583",
            "399871",
            "520489",
        ]
        let codes = (0..<10).map {
            String(decoding: TimeCode.code(of: $0, secret, cryptography), as: UTF8.self)
        }
        #expect(codes == expected)
    }

    @Test("steps are counted down to before 1970")
    func steps() {
        let moments: [(Int64, Int64)] = [(0, 0), (29_999, 0), (30_000, 1), (-1, -1), (-30_000, -1)]
        for (milliseconds, step) in moments {
            #expect(TimeCode.step(at: Timestamp(rawValue: milliseconds)) == step)
        }
        #expect(TimeCode.step(at: Timestamp(rawValue: -30_001)) == -2)
    }

    @Test(
        "this step's code and those of one before and after are taken, others are told to be off"
    )
    func window() {
        let now = FixedClock.start
        let present = TimeCode.step(at: now)
        for distance in Int64(-12)...12 {
            let verdict = TimeCode.judge(
                code(of: present + distance),
                secret,
                at: now,
                after: nil,
                cryptography
            )
            switch abs(distance) {
            case 0...1: #expect(verdict == .right(step: present + distance))
            case 2...10: #expect(verdict == .offBy(seconds: distance * 30))
            default: #expect(verdict == .wrong)
            }
        }
    }

    @Test(
        "what was taken while the clock was ahead refuses none of now, and none of now is taken twice"
    )
    func ahead() {
        let now = FixedClock.start
        let present = TimeCode.step(at: now)
        func verdict(_ step: Int64, after last: Int64) -> TimeCode.Verdict {
            TimeCode.judge(code(of: step), secret, at: now, after: last, cryptography)
        }
        for last in [present + 2, present + 2_880, Int64.max] {
            for step in present - 1...present + 1 {
                #expect(verdict(step, after: last) == .right(step: step))
                #expect(verdict(step, after: step) == .replayed)
            }
        }
        // An app whose clock is half a minute ahead of a right one.
        #expect(verdict(present + 1, after: present + 1) == .replayed)
        #expect(verdict(present, after: present + 1) == .replayed)
    }

    @Test("a code is taken once, and none before it after it")
    func replay() {
        let now = FixedClock.start
        let present = TimeCode.step(at: now)
        for (step, isRight) in [(present - 1, false), (present, false), (present + 1, true)] {
            let verdict = TimeCode.judge(
                code(of: step),
                secret,
                at: now,
                after: present,
                cryptography
            )
            #expect(verdict == (isRight ? .right(step: step) : .replayed))
        }
    }

    @Test(
        "what is no code is wrong",
        arguments: [
            "", "28708", "2870822", "abc123", "\u{FF12}87082", "\u{0662}87082", " 87082",
            "287082\n",
            String(repeating: "2", count: 10_000),
        ]
    )
    func noCode(_ text: String) {
        let at = Timestamp(rawValue: 59_000)
        let verdict = TimeCode.judge(Secret(text), secret, at: at, after: nil, cryptography)
        #expect(verdict == .wrong)
        #expect(!TimeCode.hasForm(text))
    }

    @Test("a clock that jumps by an hour makes codes wrong, and right again when it is set right")
    func jump() {
        let clock = FixedClock()
        let typed = code(of: TimeCode.step(at: clock.now()))
        func judge() -> TimeCode.Verdict {
            TimeCode.judge(typed, secret, at: clock.now(), after: nil, cryptography)
        }
        for hours in [1, -1] {
            clock.advance(by: .seconds(hours * 3600))
            #expect(judge() == .wrong)
            clock.advance(by: .seconds(-hours * 3600))
            #expect(judge() == .right(step: TimeCode.step(at: clock.now())))
        }
    }

    @Test("the ends of time are no trap", arguments: [Int64.min, .max])
    func ends(_ moment: Int64) {
        let at = Timestamp(rawValue: moment)
        #expect(
            TimeCode.judge(Secret("000000"), secret, at: at, after: nil, cryptography)
                != .right(step: 0)
        )
    }

    @Test("base32 is that of RFC 4648 section 10")
    func base32() {
        let vectors = [
            ("", ""), ("f", "MY"), ("fo", "MZXQ"), ("foo", "MZXW6"), ("foob", "MZXW6YQ"),
            ("fooba", "MZXW6YTB"), ("foobar", "MZXW6YTBOI"),
        ]
        for (plain, text) in vectors { #expect(Base32.text(Array(plain.utf8)) == text) }
        #expect(
            Base32.text([UInt8](repeating: 255, count: 20)) == String(repeating: "7", count: 32)
        )
    }

    @Test("the address names issuer and account, escaped, and no parameter that apps differ in")
    func address() {
        let uri = KeyURI.text(secret, issuer: "Muster: Z\u{FC}rich", account: "jane+a@example.com")
        #expect(
            uri == "otpauth://totp/Muster%3A%20Z%C3%BCrich:jane%2Ba%40example.com"
                + "?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Muster%3A%20Z%C3%BCrich"
        )
    }
}
