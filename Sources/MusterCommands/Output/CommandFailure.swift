import ArgumentParser
import MusterCore

/// Ends a command that failed: one sentence on standard error and a code that says which kind.
enum CommandFailure {
    /// Runs a command's work; a failure is told once, here.
    static func reporting(_ work: () async throws -> Void) async throws {
        do {
            try await work()
        } catch let error as MusterError {
            tell(error.message)
            throw ExitCode(code(of: error))
        } catch let error as CommandError {
            if !error.message.isEmpty { tell(error.message) }
            throw ExitCode(error.status.rawValue)
        }
    }

    /// The exit code of an error, from sysexits(3).
    static func code(of error: MusterError) -> Int32 {
        status(of: error).rawValue
    }

    private static func status(of error: MusterError) -> CommandStatus {
        switch error.code {
        case .settingInvalid: .configuration
        case .directoryInitialised, .usernameInvalid, .passwordPolicy: .badInput
        case .directoryMissing: .noInput
        case .storeTooNew: .protocolMismatch
        case .credentialsInvalid, .credentialsMissing, .insufficientScope: .denied
        case .storeUnavailable, .overloaded: .unavailable
        default: .fault
        }
    }

    /// Writes one line for a person; what a server said in it cannot move the cursor.
    static func tell(_ sentence: String) {
        note("muster: " + sentence)
    }

    /// Writes one line for a person that tells of no failure.
    static func note(_ sentence: String) {
        LogSink.standardError.flush()
        StandardError.say(SafeText.escaped(sentence) + "\n")
    }
}
