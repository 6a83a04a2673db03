/// A name and a password that somebody presents, and where it counts if they do not belong together.
struct PasswordAttempt: Sendable {
    /// What the password would be good for.
    enum Purpose: Sendable, Equatable {
        /// Coming in by this way: admission is asked for.
        case signIn(SignInMethod)
        /// Proving again that one is the user, who has come in already.
        case confirmation
        /// The same, to have another password in its place.
        case replacement
    }

    /// Whose password it is said to be.
    enum Account: Sendable {
        /// Whoever has the login name as it was typed.
        case name(String)
        /// A user who is known already, whatever its name has become meanwhile.
        case user(UserID)

        /// How it is told from others.
        var hash: NameHash {
            switch self {
            case .name(let name): NameHash(name)
            case .user(let id): NameHash(id)
            }
        }

        /// How it is found.
        var reference: UserReference {
            switch self {
            case .name(let name): .username(name)
            case .user(let id): .id(id)
            }
        }
    }

    let account: Account
    let password: Secret<String>
    /// Where the person sits, and the number of the request.
    let origin: RequestSource
    /// Where failures count.
    let source: LoginSource
    let purpose: Purpose
    /// Who asks for somebody else, or for itself once more; nil for whoever signs in.
    var asker: Principal?
    /// Whose turn it is to be hashed; nil leaves that to what is known of the source.
    var lane: HashingLane?
    /// What the audit log says beside the reason.
    var fields: [AuditField] = []
    /// Whether one that has to be changed lets its user in to do so, where that way in would refuse it.
    var takesTemporary = false
    /// Where the person is by the word of somebody who is believed, for the user's hosts and for nothing else; nil if it is
    /// ``origin`` that counts.
    var toldAddress: IPAddress?
    /// What is thrown if they do not belong together.
    var failure = MusterError.invalidCredentials
    /// With which program it is presented; nil if that is not known.
    var program: ProgramName?
    /// When the name was looked up for it, by ``DirectoryClock/elapsed``; nil if it was not yet.
    var began: Duration?
}

extension PasswordAttempt {
    /// Why a password is good for nothing; nil if it opens what it was given for.
    ///
    /// Asked when the password was checked, and again in the change for which it was.
    ///
    /// - Parameters:
    ///   - user: Whose it is, as it is now.
    ///   - source: What is kept of the place that it came from.
    ///   - asked: What is kept of the asker's guesses at its own password; nil for all else.
    ///   - isWrong: Whether it is another password.
    ///   - isTemporary: Whether it has to be changed.
    ///   - access: Whose rules hold.
    /// - Returns: The first reason there is.
    func refusal(
        of user: User,
        _ source: LoginSourceRecord,
        asked: LoginSourceRecord?,
        isWrong: Bool = false,
        isTemporary: Bool,
        _ access: DirectoryAccess
    ) -> Refusal? {
        let (rule, now) = (access.rules.lockout, access.clock.now())
        let isClosedToAsker = asked.map { rule.locksCaller($0, source, at: now) } ?? false
        if isClosedToAsker || rule.locks(user.logins, source, at: now) { return .locked }
        if isWrong { return .wrongPassword }
        guard case .signIn(let method) = purpose else { return nil }
        let address = toldAddress ?? origin.address
        if let refusal = user.refusal(by: method, from: address, at: now) { return refusal }
        let isRefused = isTemporary && method.refusesTemporaryPasswords && !takesTemporary
        return isRefused ? .temporaryPassword : nil
    }
}
