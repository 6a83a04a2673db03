/// Why bytes are no message of LDAP.
///
/// A peer that sends such bytes gets a notice of disconnection (RFC 4511 section 4.1.1).
public struct BERError: Error, Sendable, Equatable {
    /// What is wrong, for the log and the notice.
    public let reason: String

    /// Says what is wrong.
    public init(_ reason: String) {
        self.reason = reason
    }
}
