import MusterAPI

/// Why a command ends without having done what was asked.
struct CommandError: Error, Sendable {
    /// The kind of failure.
    let status: CommandStatus
    /// One sentence or two for whoever typed the command: what is wrong, and what to do.
    ///
    /// Empty where there is nothing to say.
    let message: String
    /// The stable code of a server's answer; nil for a failure of another kind.
    var code: String?
    /// The member or parameter that a server's answer names as the one at fault; nil if it names none.
    var field: String?
    /// What the answer says is wrong with it; nil if it does not say it apart.
    var rule: String?
    /// How a login goes on, where the server wants a second factor.
    var challenge: LoginChallengeRecord?

    init(_ status: CommandStatus, _ message: String) {
        self.status = status
        self.message = message
    }
}
