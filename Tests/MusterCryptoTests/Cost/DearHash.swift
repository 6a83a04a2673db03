import Dispatch

/// The dearest hash of a form that takes at most two seconds where its scheme's sample takes five thousandths of one,
/// and the next that takes more.
struct DearHash: Sendable {
    static let salt = "AAECAwQFBgcICQoLDA0ODw"
    static let tag = "x7YHgv7hg+jBqCFIC/tuqQx7YHgv7hg+jBqCFIC/tuo"
    static let tag64 = String(repeating: "A", count: 86)
    static let crypt53 = String(repeating: "a", count: 53)
    static let crypt86 = String(repeating: "b", count: 86)

    let within: String
    let beyond: String
    /// What the one beyond takes.
    let milliseconds: Int

    static let crypt43 = String(repeating: "c", count: 43)

    static let all = [
        DearHash(
            within: "$argon2id$v=19$m=262144,t=25,p=1$\(salt)$\(tag)",
            beyond: "$argon2id$v=19$m=262144,t=26,p=1$\(salt)$\(tag)",
            milliseconds: 2080
        ),
        DearHash(within: "$2b$14$\(crypt53)", beyond: "$2b$15$\(crypt53)", milliseconds: 2560),
        DearHash(
            within: "$6$rounds=2000000$salt$\(crypt86)",
            beyond: "$6$rounds=2001000$salt$\(crypt86)",
            milliseconds: 2001
        ),
        DearHash(
            within: "$pbkdf2-sha256$4000000$\(salt)$\(tag)",
            beyond: "$pbkdf2-sha256$4002000$\(salt)$\(tag)",
            milliseconds: 2001
        ),
        // A hash of two digests takes twice the time.
        DearHash(
            within: "$pbkdf2-sha256$2000000$\(salt)$\(tag64)",
            beyond: "$pbkdf2-sha256$2001000$\(salt)$\(tag64)",
            milliseconds: 2001
        ),
        DearHash(
            within: "$pbkdf2-sha512$4000000$\(salt)$\(tag64)",
            beyond: "$pbkdf2-sha512$4002000$\(salt)$\(tag64)",
            milliseconds: 2001
        ),
        DearHash(
            within: "$5$rounds=2000000$salt$\(crypt43)",
            beyond: "$5$rounds=2001000$salt$\(crypt43)",
            milliseconds: 2001
        ),
        // Of N times r there is a sample of 2^11 times 8, and 256 MiB are 2^18 times 8: scrypt with three and four lanes.
        DearHash(
            within: "$7$G6....1....salt$\(crypt43)",
            beyond: "$7$G6....2....salt$\(crypt43)",
            milliseconds: 2560
        ),
    ]
}

/// Keeps a thread busy until it is opened.
struct Blocker: Sendable {
    private let gate = DispatchSemaphore(value: 0)

    /// Ends the stream, and waits.
    func block(_ begun: AsyncStream<Void>.Continuation) {
        begun.finish()
        gate.wait()
    }

    func open() {
        gate.signal()
    }
}
