import ArgumentParser
import Foundation
import MusterCore

/// Ends a command that failed: one sentence on standard error and a code that says which kind.
enum CommandFailure {
    /// Runs a command's work; a failure is told once, here.
    static func reporting(_ work: () async throws -> Void) async throws {
        do {
            try await work()
        } catch let error as MusterError {
            FileHandle.standardError.write(Data("muster: \(error.message)\n".utf8))
            throw ExitCode(code(of: error))
        }
    }

    /// The exit code of an error, from sysexits(3).
    static func code(of error: MusterError) -> Int32 {
        switch error.code {
        case .settingInvalid: 78
        case .directoryInitialised, .usernameInvalid, .passwordPolicy: 65
        case .directoryMissing: 66
        case .storeTooNew: 76
        case .credentialsInvalid, .credentialsMissing, .insufficientScope: 77
        case .storeUnavailable, .overloaded: 69
        default: 70
        }
    }
}
