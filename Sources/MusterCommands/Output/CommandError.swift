/// Why a command ends without having done what was asked.
struct CommandError: Error, Sendable {
    /// The kind of failure.
    let status: CommandStatus
    /// One sentence or two for whoever typed the command: what is wrong, and what to do.
    ///
    /// Empty where there is nothing to say.
    let message: String
    /// What a server's answer said, for programs; nil for a failure of another kind.
    var told: ToldError?

    init(_ status: CommandStatus, _ message: String) {
        self.status = status
        self.message = message
    }
}
