/// Reads codes.
public protocol VerificationCodeReader {
    /// The one code that waits for a user's answer; nil if none does.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func verificationCode(of user: UserID) throws(MusterError) -> VerificationCode?
}

/// Writes codes.
public protocol VerificationCodeWriter {
    /// Keeps this one code for a user in place of any former one.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func replaceVerificationCode(
        of user: UserID,
        with code: VerificationCode
    ) throws(MusterError)

    /// Forgets a user's code.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func deleteVerificationCode(of user: UserID) throws(MusterError)
}
