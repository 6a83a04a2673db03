/// A way of hashing passwords, whose time grows in proportion to a number that stands in the hash.
enum HashScheme: Int, CaseIterable, Sendable {
    /// The number is memory in KiB times passes.
    case argon2id
    /// The number is the rounds, two to the power of the cost.
    case bcrypt
    /// The number is the rounds.
    case sha512Crypt
    /// The number is the iterations.
    case pbkdf2SHA256
    /// The number is the iterations.
    case pbkdf2SHA512
    /// The number is the rounds.
    case sha256Crypt
    /// The number is N times r, in blocks of 128 bytes.
    case yescrypt
    /// The number is N times r times p.
    case scrypt
    /// The number is one: it always takes the same.
    case saltedDigest

    /// The password of the samples.
    static let samplePassword = "sample"

    /// A hash of the password of the samples whose check takes a few thousandths of a second.
    var sample: String {
        switch self {
        case .argon2id:
            "$argon2id$v=19$m=16384,t=1,p=1$qABKdSREr+P3+tmS1UigyQ$1nrumx1M+weuwBx4uwnNAHSGoimhJ/E8yGCC+0RfRDg"
        case .bcrypt: "$2b$06$abcdefghijklmnopqrstuuUPdLokxFVMZ/rSzWUdpRuyru2i6oJxy"
        case .sha512Crypt:
            "$6$rounds=5000$abcdefgh$0SYNjbSz0UY1wDz/PRFcvQ9.xskXQl.uGnH5.GaR/V1THorMn81qSTdxkPifJu.Tbxeg0XkKGiR8yEa60vQ6E."
        case .pbkdf2SHA256:
            "$pbkdf2-sha256$10000$AAECAwQFBgcICQoLDA0ODw$NRVztbqU4guEtI5Q8LvRyRD8u7Q7DuCNeVpRSzd4w4w"
        case .pbkdf2SHA512:
            "$pbkdf2-sha512$10000$AAECAwQFBgcICQoLDA0ODw$tzflja/fA6DynfigAaC2t7oGRk56Zrq24U0oRbp0z8OrTtqBNCdbE5DPPTXKnPr35+VlybDfIB1/l7Bf4RyqBQ"
        case .sha256Crypt:
            "$5$rounds=5000$abcdefgh$8NZq9c0Kr09fmhgKZWqzZxJLXaSvVtmDTeWyMI5d23D"
        case .yescrypt: "$y$j95$abcdefghijklmnop$C91XMkYENv.oijcea/636uAEKmoz.wtzmdvgLaANxu1"
        case .scrypt: "$7$96..../....abcdefghijklmnop$GXEUy3ErXr.xH5kv1mprzw7YRoh6cl4FChxvhks0ke7"
        case .saltedDigest:
            "{SSHA512}shsa13q/VVNCqtmfHbyuXSN4vk2SZViUuGDxq/zpLSBErR3xy71vGBqepDcyN648m0xgel2Bsz3HtZOVsj4Rz3NhbHRzYWx0"
        }
    }

    /// The time that one of the number takes on a processor of 2024 with 2.9 GHz, in nanoseconds.
    var nominalNanoseconds: Double {
        switch self {
        case .argon2id: 600
        case .bcrypt: 60_000
        case .sha512Crypt: 660
        case .pbkdf2SHA256: 500
        case .pbkdf2SHA512: 500
        case .sha256Crypt: 260
        case .yescrypt: 120
        case .scrypt: 250
        case .saltedDigest: 5000
        }
    }
}

/// What a check of a hash has to do.
struct HashWork: Sendable, Equatable {
    let scheme: HashScheme
    /// The number that the scheme's time is in proportion to.
    let count: Double

    static func argon2id(kibibytes: Int, passes: Int) -> HashWork {
        HashWork(scheme: .argon2id, count: Double(kibibytes) * Double(passes))
    }

    /// The work of bcrypt at a cost, which is the binary logarithm of its rounds, up to 31.
    static func bcrypt(cost: Int) -> HashWork {
        HashWork(scheme: .bcrypt, count: Double(1 << cost))
    }
}
