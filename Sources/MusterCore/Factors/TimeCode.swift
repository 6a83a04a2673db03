/// The codes of authenticator apps: six digits from a shared secret and the time (RFC 6238), by HMAC-SHA-1 and in steps
/// of 30 seconds, which is what every app can do.
public enum TimeCode {
    /// How many digits a code has.
    public static let digits = 6
    /// How long one code is shown, in seconds (RFC 6238 section 4.1).
    public static let stepSeconds: Int64 = 30
    /// How many bytes a secret has, which RFC 4226 section 4 recommends.
    public static let secretBytes = 20
    /// How many steps a code may be early or late (RFC 6238 section 5.2).
    static let tolerance: Int64 = 1
    /// How many steps off a code is still told from a wrong one, for the audit log alone.
    static let recognised: Int64 = 10

    /// What a code turned out to be.
    public enum Verdict: Sendable, Equatable {
        /// It is the one of this step.
        case right(step: Int64)
        /// It is right, but one of that step or a later one was taken before.
        case replayed
        /// It is the one of a moment that many seconds away, too far off.
        case offBy(seconds: Int64)
        /// It is none.
        case wrong
    }

    /// The step in which a moment lies, counted from 1970.
    public static func step(at moment: Timestamp) -> Int64 {
        let length = stepSeconds * 1000
        let (quotient, rest) = moment.rawValue.quotientAndRemainder(dividingBy: length)
        return rest < 0 ? quotient - 1 : quotient
    }

    /// The digits of a step, as ASCII.
    public static func code(
        of step: Int64,
        _ secret: Secret<[UInt8]>,
        _ cryptography: any FactorCryptography
    ) -> [UInt8] {
        let message = (0..<8).map { UInt8(truncatingIfNeeded: step >> (56 - 8 * Int64($0))) }
        let hash = secret.withExposedValue { cryptography.hmacSHA1(of: message, under: $0) }
        // Dynamic truncation (RFC 4226 section 5.3): 31 bits from a place that the last four bits name.
        guard hash.count == 20, let last = hash.last else { return [] }
        let offset = Int(last & 15)
        let word = hash[offset..<offset + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        var number = (word & 0x7FFF_FFFF) % 1_000_000
        var text = [UInt8](repeating: UInt8(ascii: "0"), count: digits)
        for place in text.indices.reversed() {
            text[place] += UInt8(number % 10)
            number /= 10
        }
        return text
    }

    /// Judges a code.
    ///
    /// All steps are computed and compared in every case, each comparison in constant time, so that the time tells nothing.
    ///
    /// - Parameters:
    ///   - code: What was typed, of any length.
    ///   - secret: What app and directory share.
    ///   - now: The present moment.
    ///   - last: The step of the last code that was taken; nil if none was. One later than any that is taken now was noted
    ///     while the clock was ahead, and counts for nothing: it would refuse every code until then.
    ///   - cryptography: What computes.
    /// - Returns: What the code is.
    public static func judge(
        _ code: Secret<String>,
        _ secret: Secret<[UInt8]>,
        at now: Timestamp,
        after last: Int64?,
        _ cryptography: any FactorCryptography
    ) -> Verdict {
        let typed = code.withExposedValue { Array($0.utf8.prefix(digits + 1)) }
        let present = step(at: now)
        let last = last.flatMap { $0 > present + tolerance ? nil : $0 }
        var verdict = Verdict.wrong
        // From far to near, so that the nearest of two equal codes stands in the end.
        for distance in (0...recognised).reversed() {
            for direction in distance == 0 ? [0] : [-distance, distance] {
                let step = present + direction
                guard matches(typed, TimeCode.code(of: step, secret, cryptography)) else {
                    continue
                }
                if distance > tolerance {
                    verdict = .offBy(seconds: direction * stepSeconds)
                } else {
                    verdict = last.map { step <= $0 } == true ? .replayed : .right(step: step)
                }
            }
        }
        return verdict
    }

    /// Whether a text has the form of a code: six ASCII digits.
    static func hasForm(_ text: some StringProtocol) -> Bool {
        text.utf8.count == digits && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
    }

    private static func matches(_ one: [UInt8], _ other: [UInt8]) -> Bool {
        guard one.count == other.count, !one.isEmpty else { return false }
        return zip(one, other).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
