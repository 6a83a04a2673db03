/// Reads codes.
///
/// Every method throws ``MusterError`` with code `store.unavailable`.
public protocol VerificationCodeReader {
    /// The one code that waits for a user's answer; nil if none does.
    func verificationCode(of user: UserID) throws(MusterError) -> VerificationCode?
}

/// Writes codes.
///
/// Every method throws ``MusterError`` with code `store.unavailable`.
public protocol VerificationCodeWriter {
    /// Keeps this one code for a user in place of any former one.
    func replaceVerificationCode(
        of user: UserID,
        with code: VerificationCode
    ) throws(MusterError)

    /// Forgets a user's code.
    func deleteVerificationCode(of user: UserID) throws(MusterError)
}
