import MusterCore

/// How many long answers of each caller wait for a reader at a time.
///
/// Each holds the memory of a batch or two, up to some MiB, for as long as its reader lets it: without a bound whoever
/// may list users, or its own sessions, would fill the memory with connections from which it reads nothing.
enum ListShares {
    /// The places of all lists.
    static let shared = places()

    /// The longest answer that takes no place, in bytes.
    static let free = 65_536

    /// How many bytes of an answer that is held as a whole are one place: a page of a thousand persons of SCIM can have
    /// sixteen times as many.
    static let bytesOfPlace = 1_048_576

    /// Places for so many, of which one caller has at most `ofOneCaller`.
    static func places(ofOneCaller: Int = 64, together: Int = 512) -> CallerShares {
        CallerShares(
            ofOneCaller: ofOneCaller,
            together: together,
            refusal: .overloaded(
                "Too many long answers are on their way to you. Read them, or ask for fewer at a time.",
                retryAfter: 2,
                for: .lists
            )
        )
    }
}
