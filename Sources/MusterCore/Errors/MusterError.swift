/// The one error of the directory: what went wrong, in words a stranger may read, and for whom.
public struct MusterError: Error, Sendable {
    /// A stable name for a kind of failure, `noun.reason`.
    ///
    /// Open: a newer server may know more.
    public struct Code: RawRepresentable, Hashable, Sendable, ExpressibleByStringLiteral {
        /// The name.
        public let rawValue: String

        /// Wraps a name.
        public init(rawValue: String) {
            self.rawValue = rawValue
        }

        /// Wraps a literal name.
        public init(stringLiteral value: String) {
            rawValue = value
        }
    }

    /// What kind of failure this is.
    public var code: Code

    /// One sentence for the caller.
    ///
    /// Never a secret, never SQL.
    public var message: String

    /// More for programs, safe to log and to send: `field`, `rule`, `retry_after_seconds`.
    public var details: [String: String]

    /// The failure below, for operators only; never sent.
    public var cause: (any Error)?

    /// What the caller may go on with, told to it alone; nil for nearly every error.
    public var challenge: LoginChallenge?

    /// Builds an error.
    public init(
        _ code: Code,
        _ message: String,
        details: [String: String] = [:],
        cause: (any Error)? = nil,
        challenge: LoginChallenge? = nil
    ) {
        self.challenge = challenge
        self.code = code
        self.message = message
        self.details = details
        self.cause = cause
    }
}

extension MusterError: CustomStringConvertible {
    /// The code and the message.
    public var description: String { "\(code.rawValue): \(message)" }
}
