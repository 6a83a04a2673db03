import ArgumentParser
import FoundationEssentials
import MusterCore
import NIOCore
import SystemCalls

/// What the commands have in common that sshd and PAM run: an end in good time, and one that refuses.
///
/// Exit code 0 lets somebody in or says that there are no keys; 1 is for everything else.
enum LoginProgram {
    /// The time for everything where no password is checked.
    static let time = TimeAmount.seconds(2)
    /// The time for everything, from reading the password to the answer.
    ///
    /// A hash from elsewhere may take two seconds, and others stand before it. Less than sshd's LoginGraceTime of
    /// docs/ssh.md, so that it is the answer that ends the wait.
    static let passwordTime = TimeAmount.seconds(20)

    /// Runs a command's work; trouble is told to the operator in one sentence, and refuses.
    ///
    /// - Parameters:
    ///   - time: How long it may take.
    ///   - work: Gets the moment at which it has to be done.
    /// - Throws: The exit code 1, for trouble and for what `work` throws as an exit code.
    static func run(
        within time: TimeAmount = time,
        _ work: (NIODeadline) async throws -> Void
    ) async throws {
        // Whatever may hang beyond our own deadline, a kernel or a file system, the signal ends it.
        alarm(UInt32(time.nanoseconds / 1_000_000_000) + 1)
        do {
            try await work(.now() + time)
        } catch let error as ExitCode {
            throw error
        } catch {
            let sentence =
                (error as? MusterError)?.message ?? (error as? CommandError)?.message
            report(sentence ?? "\(type(of: error))")
            throw ExitCode(1)
        }
    }

    /// The end of a program that has had its answer, and the answer is no.
    ///
    /// - Parameter reason: Why, where whoever asks may know.
    /// - Returns: The exit code 1.
    static func refusal(_ reason: String? = nil) -> ExitCode {
        StandardError.say("muster: refused\(reason.map { ": " + $0 } ?? "")\n")
        return ExitCode(1)
    }

    /// Tells the system's log and standard error.
    ///
    /// sshd gives its command no standard error, so the log is often the only place.
    private static func report(_ sentence: String) {
        // The numbers of RFC 5424 section 6.2.1: facility 4 is security, severity 3 is error.
        openlog(nil, LOG_PID, 4 << 3)
        sentence.withCString { text in
            withVaList([text]) { vsyslog(4 << 3 | 3, "%s", $0) }
        }
        StandardError.say("muster: \(sentence)\n")
    }
}
