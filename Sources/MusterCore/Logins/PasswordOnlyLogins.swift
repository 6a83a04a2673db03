/// What ways in do that have no place for a code of their own: this machine's login programs, and other systems that ask
/// about a password.
public enum PasswordOnlyLogins: String, CaseIterable, Sendable {
    /// The code of an authenticator app follows the password directly; whoever has a second factor but no app is refused.
    case append
    /// The password is enough, whatever factor its owner has.
    case ignore
    /// Whoever has a second factor is refused.
    case refuse
}
