/// Reads factors.
///
/// Every method throws ``MusterError`` with code `store.unavailable`.
public protocol FactorReader {
    /// The authenticator apps and passkeys of a user, those too that are not confirmed, in order of their numbers.
    func factors(of user: UserID) throws(MusterError) -> [Factor]

    /// The passkey of an identifier, whoever has it; nil if nobody does.
    func passkey(_ credentialID: [UInt8]) throws(MusterError) -> Factor?

    /// Whether a user has an authenticator app that is confirmed, or a passkey.
    func hasFactor(_ user: UserID) throws(MusterError) -> Bool

    /// How many factors a user has.
    func factorCounts(of user: UserID) throws(MusterError) -> FactorCounts

    /// By which bytes authenticators know a user; nil until it registers its first passkey.
    func userHandle(of user: UserID) throws(MusterError) -> [UInt8]?

    /// How many recovery codes a user has left.
    func recoveryCodeCount(of user: UserID) throws(MusterError) -> Int

    /// How often codes of a kind have failed since one was right.
    func failureCount(of factor: CountedFactor, of user: UserID) throws(MusterError) -> Int

    /// The login names of those, at most `limit`, whom ways in refuse that have no place for a code of their own
    /// (``PasswordOnlyLogins``): who have codes sent or passkeys but no authenticator app, or must have a second factor and
    /// have none; with how many there are.
    ///
    /// - Parameters:
    ///   - hasApps: Whether those with an authenticator app are left out, as where its code is taken after the password.
    ///   - limit: The most names.
    /// - Returns: The names, and how many there are without the limit.
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func shutOutOfPasswordOnlyLogins(
        exceptApps hasApps: Bool,
        limit: Int
    ) throws(MusterError) -> (names: [Username], count: Int)

    /// The login names of those, at most `limit`, who are asked for a second factor and can show none: all that they have is
    /// codes, by ways that the server does not have; with how many there are.
    ///
    /// - Parameters:
    ///   - isEmailOn: Whether the server sends codes by e-mail.
    ///   - isSMSOn: Whether it sends them by SMS.
    ///   - limit: The most names.
    /// - Returns: The names, and how many there are without the limit.
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func beyondCodes(
        isEmailOn: Bool,
        isSMSOn: Bool,
        limit: Int
    ) throws(MusterError) -> (names: [Username], count: Int)

    /// For which sites there are passkeys, those with the most first, at most ``PasskeySite/most``; of those that were made
    /// before it was kept it is not known.
    func passkeySites() throws(MusterError) -> [PasskeySite]
}

/// Writes factors.
///
/// Every method throws ``MusterError`` with code `store.unavailable`.
public protocol FactorWriter {
    /// Keeps a new factor.
    ///
    /// - Returns: The factor with its number.
    /// - Throws: ``MusterError`` with code `factor.exists` where the passkey's identifier is known already;
    ///   `store.unavailable`.
    func insertFactor(
        _ proof: Factor.Proof,
        of user: UserID,
        label: String,
        at now: Timestamp
    ) throws(MusterError) -> Factor

    /// Keeps what has become of a factor: all but its number, its owner, its label and its keys may differ.
    func updateFactor(_ factor: Factor) throws(MusterError)

    /// Forgets a factor; does nothing if there is none.
    func deleteFactor(_ id: FactorID) throws(MusterError)

    /// Keeps by which bytes authenticators know a user.
    func insertUserHandle(_ handle: [UInt8], of user: UserID) throws(MusterError)

    /// Keeps these recovery codes for a user in place of all former ones.
    func replaceRecoveryCodes(of user: UserID, with digests: [Digest]) throws(MusterError)

    /// Uses a recovery code up; answers whether the user had it.
    func spendRecoveryCode(_ digest: Digest, of user: UserID) throws(MusterError) -> Bool

    /// Keeps how often codes of a kind have failed since one was right.
    func setFailureCount(
        _ count: Int,
        of factor: CountedFactor,
        of user: UserID
    ) throws(MusterError)
}
