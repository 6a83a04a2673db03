/// Reads which codes were sent.
///
/// Every method throws ``MusterError`` with code `store.unavailable`.
public protocol SentCodeReader {
    /// The codes sent after `start` and no later than `end`, newest first, at most `limit`.
    func sentCodes(
        _ filter: SentCodeFilter,
        after start: Timestamp,
        upTo end: Timestamp,
        limit: Int
    ) throws(MusterError) -> [SentCode]
}

/// Writes which codes were sent.
///
/// Every method throws ``MusterError`` with code `store.unavailable`.
public protocol SentCodeWriter {
    /// Notes a code that is sent now.
    func noteSentCode(_ code: SentCode) throws(MusterError)

    /// Forgets a code that could not be sent.
    func forgetSentCode(_ code: SentCode) throws(MusterError)

    /// Forgets the codes sent before `limit`.
    func forgetSentCodes(before limit: Timestamp) throws(MusterError)
}
