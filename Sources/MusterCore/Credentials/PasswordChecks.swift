/// Where passwords are hashed and tried: the hasher, and what holds up those who guess.
///
/// One for the whole directory, since guesses are counted together, by whatever way they come.
final class PasswordChecks: Sendable {
    /// Hashes passwords.
    let hasher: any PasswordHasher
    /// Lets passwords be tried only as many at a time as may still fail.
    let guesses = GuessGate()
    /// Slows logins to accounts that are tried from many networks.
    let pace = LoginPace()
    /// The places of those whom it lets wait.
    let waitingLogins: WaitingLogins
    /// Lets refusals wait, as many at a time as passwords may be tried.
    let lateAnswers = GuessGate()
    /// Failed logins by the name that was typed.
    let triedNames = TriedNames()

    /// Has no failures yet, and hashes with `hasher`.
    init(_ hasher: any PasswordHasher, _ limits: WaitingLogins.Limits) {
        self.hasher = hasher
        waitingLogins = WaitingLogins(limits)
    }
}
