/// Why a command ends without having done what was asked.
struct CommandError: Error, Sendable {
    /// The kind of failure.
    let status: CommandStatus
    /// One sentence or two for whoever typed the command: what is wrong, and what to do.
    ///
    /// Empty where there is nothing to say.
    let message: String

    init(_ status: CommandStatus, _ message: String) {
        self.status = status
        self.message = message
    }
}
