/// Reads where logins came from.
///
/// Every method throws ``MusterError`` with code `store.unavailable`.
public protocol LoginSourceReader {
    /// A user, and what is known of attempts at its password from some sources; nil if there is no such user.
    ///
    /// Every login asks this twice, so it is one look-up.
    func loginFacts(
        of reference: UserReference,
        from sources: [LoginSource]
    ) throws(MusterError) -> LoginFacts?

    /// What is kept of an account's logins from a source; an empty record if nothing is.
    func loginSource(
        _ source: LoginSource,
        of user: UserID
    ) throws(MusterError) -> LoginSourceRecord

    /// All that is kept of an account's logins: some hundred sources, ``LoginSourceLimits``.
    func loginSources(
        of user: UserID
    ) throws(MusterError) -> [(source: LoginSource, record: LoginSourceRecord)]
}

/// Writes where logins came from.
///
/// Which sources are kept is judged before (``LoginSourceLimits``).
///
/// Every method throws ``MusterError`` with code `store.unavailable`.
public protocol LoginSourceWriter {
    /// Keeps what happened from a source.
    func replaceLoginSource(
        _ source: LoginSource,
        of user: UserID,
        with record: LoginSourceRecord
    ) throws(MusterError)

    /// Forgets what happened from a source.
    func forgetLoginSource(_ source: LoginSource, of user: UserID) throws(MusterError)

    /// Forgets the failed logins of an account from all sources; those it was signed in to from stay known.
    func forgetLoginFailures(of user: UserID) throws(MusterError)

    /// Forgets sources from which logins only failed, the last of them at no time of `period`: long ago, or while the
    /// clock was ahead.
    func forgetLoginFailures(outside period: ClosedRange<Timestamp>) throws(MusterError)
}

/// Counts refused attempts to sign in, so that a flood of them does not fill the audit log.
///
/// Every method throws ``MusterError`` with code `store.unavailable`.
public protocol RefusalCounter {
    /// Counts one attempt from a source in the minute that begins at `minute`, and answers how many there were.
    func countRefusal(from source: LoginSource, in minute: Timestamp) throws(MusterError) -> Int

    /// How many were counted so far.
    func refusals(from source: LoginSource, in minute: Timestamp) throws(MusterError) -> Int

    /// Takes the counts of all minutes that began before `limit`, or later than `horizon`, in the order of time, at most `most` of
    /// them.
    func takeRefusals(
        before limit: Timestamp,
        orAfter horizon: Timestamp,
        most: Int
    ) throws(MusterError) -> [(source: LoginSource, minute: Timestamp, count: Int)]
}
