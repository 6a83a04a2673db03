/// Where attempts to sign in to an account come from, as far as they are counted together.
///
/// The network itself, as it is written everywhere, is where people come from. The other kinds begin with a word and
/// a space, which no network has in it, so that nobody's number can be read as a part of an address.
public struct LoginSource: Hashable, Sendable {
    /// Any place at all: where an account is counted as a whole, or everybody together.
    static let anywhere = LoginSource(stored: "from anywhere")

    /// The name under which the store keeps it.
    public let text: String

    /// The network that a person comes from.
    public init(_ network: SourceNetwork) {
        text = network.description
    }

    /// What a caller asks for somebody in a network, which it may have made up.
    ///
    /// Kept apart from what comes from that network itself, so that nobody who may ask can shut others out there.
    public init(_ network: SourceNetwork, askedBy caller: UserID) {
        text = "by \(caller.rawValue) in \(network)"
    }

    /// A caller that guesses at its own password, wherever it is.
    public init(askedBy caller: UserID) {
        text = "by \(caller.rawValue)"
    }

    /// Whoever sends codes to a user, or tries codes that were sent.
    init(codesOf user: UserID) {
        text = "codes of \(user.rawValue)"
    }

    /// Takes a name that the store has kept.
    public init(stored text: String) {
        self.text = text
    }
}

/// What is kept of an account's logins from one source.
public struct LoginSourceRecord: Sendable, Equatable {
    /// Failed logins since the last success there, or since somebody has lifted the lock.
    public var failureCount: Int
    /// The last failed login from there; nil if there was none.
    public var lastFailure: Timestamp?
    /// The last time that the account was signed in to from there; nil if never.
    public var lastSuccess: Timestamp?

    /// Builds a record; nothing happened unless said otherwise.
    public init(
        failureCount: Int = 0,
        lastFailure: Timestamp? = nil,
        lastSuccess: Timestamp? = nil
    ) {
        self.failureCount = failureCount
        self.lastFailure = lastFailure
        self.lastSuccess = lastSuccess
    }

    /// Whether the account has been signed in to from there.
    public var isFamiliar: Bool { lastSuccess != nil }
}

/// Reads where logins came from.
public protocol LoginSourceReader {
    /// What is kept of an account's logins from a source; an empty record if nothing is.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func loginSource(
        _ source: LoginSource,
        of user: UserID
    ) throws(MusterError) -> LoginSourceRecord
}

/// Writes where logins came from.
///
/// An account keeps at most ``LoginSourceLimits/familiar`` sources from which it has been signed in to, and
/// ``LoginSourceLimits/failing`` others; those used last stay.
public protocol LoginSourceWriter {
    /// Keeps what happened from a source.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func updateLoginSource(
        _ source: LoginSource,
        of user: UserID,
        to record: LoginSourceRecord
    ) throws(MusterError)

    /// Forgets the failed logins of an account from all sources; those it was signed in to from stay known.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func forgetLoginFailures(of user: UserID) throws(MusterError)

    /// Forgets sources from which logins only failed, the last of them before `limit`.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func forgetLoginFailures(before limit: Timestamp) throws(MusterError)
}

/// How many sources of one account are kept, so that no crowd of addresses fills the store.
public enum LoginSourceLimits {
    /// Sources from which the account has been signed in to.
    public static let familiar = 32
    /// Sources from which logins have only failed.
    public static let failing = 96
}

/// Counts refused attempts to sign in, so that a flood of them does not fill the audit log.
public protocol RefusalCounter {
    /// Counts one attempt from a source in the minute that begins at `minute`, and answers how many there were.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func countRefusal(from source: LoginSource, in minute: Timestamp) throws(MusterError) -> Int

    /// Takes the counts of all minutes that began before `limit`, in the order of time, at most `most` of them.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func takeRefusals(
        before limit: Timestamp,
        most: Int
    ) throws(MusterError) -> [(source: LoginSource, minute: Timestamp, count: Int)]
}
