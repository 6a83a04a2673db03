import FoundationEssentials
import SystemCalls

/// Writes to descriptors of which nobody knows what is behind them: a disk that is full, a pipe that nobody reads.
///
/// Foundation's own writing to a handle ends the process where it fails.
enum DescriptorOutput {
    /// As many bytes as a pipe takes without waiting once it says that it takes any (pipe(7), `PIPE_BUF`).
    private static let pieceSize = 4096

    /// Writes all bytes, whatever the descriptor takes at a time.
    ///
    /// - Parameters:
    ///   - bytes: What to write.
    ///   - descriptor: Where to.
    ///   - patience: How long to wait altogether for somebody to read; nil for as long as it takes.
    /// - Returns: How many bytes were written and, where those are not all, the system's number of the error.
    @discardableResult
    static func write(
        _ bytes: [UInt8],
        to descriptor: Int32,
        patience: Duration? = nil
    ) -> (count: Int, error: Int32) {
        let deadline = patience.map { ContinuousClock.now + $0 }
        var done = 0
        while done < bytes.count {
            if let deadline, let error = wait(descriptor, until: deadline) { return (done, error) }
            let end =
                deadline == nil ? bytes.count : min(bytes.count, done + DescriptorOutput.pieceSize)
            let count = bytes[done..<end].withUnsafeBytes {
                SystemCalls.write(descriptor, $0.baseAddress, $0.count)
            }
            if count >= 0 {
                done += count
                continue
            }
            let error = errno
            switch error {
            case EINTR: continue
            case EAGAIN:
                if let error = wait(descriptor, until: deadline) { return (done, error) }
            default: return (done, error)
            }
        }
        return (done, 0)
    }

    /// Waits until a descriptor takes bytes; returns an error's number where it does not in time.
    private static func wait(
        _ descriptor: Int32,
        until deadline: ContinuousClock.Instant?
    ) -> Int32? {
        var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        while true {
            var milliseconds: Int32 = -1
            if let deadline {
                let rest = ContinuousClock.now.duration(to: deadline)
                milliseconds = Int32(clamping: max(0, Int(rest / .milliseconds(1))))
            }
            let ready = poll(&request, 1, milliseconds)
            if ready > 0 { return nil }
            if ready == 0 { return ETIMEDOUT }
            if errno != EINTR { return errno }
        }
    }
}

/// Standard error, for sentences that nothing depends on.
enum StandardError {
    /// How long whoever reads may stand still before a sentence is dropped.
    private static let patience = Duration.seconds(1)

    /// Says something, if it can be said: never fails, and never waits for long.
    ///
    /// At a terminal somebody may have stopped the output to read, and goes on later.
    static func say(_ text: String) {
        let isTerminal = isatty(STDERR_FILENO) == 1
        DescriptorOutput.write(
            Array(text.utf8),
            to: STDERR_FILENO,
            patience: isTerminal ? nil : patience
        )
    }
}
