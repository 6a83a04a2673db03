/// Reads which codes were sent.
public protocol SentCodeReader {
    /// The codes sent after `start` and no later than `end`, newest first, at most `limit`.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func sentCodes(
        _ filter: SentCodeFilter,
        after start: Timestamp,
        upTo end: Timestamp,
        limit: Int
    ) throws(MusterError) -> [SentCode]
}

/// Writes which codes were sent.
public protocol SentCodeWriter {
    /// Notes a code that is sent now.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func noteSentCode(_ code: SentCode) throws(MusterError)

    /// Forgets a code that could not be sent.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func forgetSentCode(_ code: SentCode) throws(MusterError)

    /// Forgets the codes sent before `limit`.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func forgetSentCodes(before limit: Timestamp) throws(MusterError)
}
