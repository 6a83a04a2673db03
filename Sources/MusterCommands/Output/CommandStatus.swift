/// How a command ends: 0 where it did what was asked, otherwise the kind of failure.
///
/// The numbers from 64 are those of sysexits(3); docs/cli.md lists them all.
enum CommandStatus: Int32, CaseIterable, Sendable {
    /// The answer is no: a name and password that do not belong together, a change that the directory
    /// refuses, a question that was answered with no.
    case refused = 1
    /// The command line is wrong, or something is missing in it.
    case usage = 64
    /// What was given is not what it should be.
    case badInput = 65
    /// A file or a folder is not there.
    case noInput = 66
    /// The directory has no such user, group, key, session or action.
    case notFound = 67
    /// There is no answer: no server, or nobody to be trusted.
    case unavailable = 69
    /// A fault of the program or the server.
    case fault = 70
    /// The output cannot be written.
    case outputFailed = 74
    /// Not now: the server is busy or is asked too often.
    case tryAgain = 75
    /// The other side speaks another language, or is newer.
    case protocolMismatch = 76
    /// Not logged in, or not allowed.
    case denied = 77
    /// A setting, a profile or a variable is wrong.
    case configuration = 78
    /// Ended by Ctrl-C at a prompt.
    case interrupted = 130
    /// Nobody reads the output any more.
    case outputClosed = 141
}
