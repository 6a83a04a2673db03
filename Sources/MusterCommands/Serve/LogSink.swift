import Dispatch
import FoundationEssentials
import Synchronization
import SystemCalls

/// Takes lines from whoever has something to say, and writes them on a thread of its own.
///
/// Nobody who says something waits or fails, whatever becomes of the lines: where they cannot be written as fast as
/// they come, or not at all, they are counted, and the count is written when there is room again.
final class LogSink: Sendable {
    /// The log of the process.
    static let standardError = LogSink(STDERR_FILENO)

    /// How long a process that ends waits for its last lines to be written.
    static let patienceAtExit = Duration.seconds(1)

    private struct State {
        /// How lines are written.
        var format = LogFormat.logfmt
        /// Lines that are to be written, one behind the other.
        var pending: [UInt8] = []
        /// How many lines were dropped since that was last told.
        var lost = 0
        /// The last line without its time, as bytes: to compare texts of strangers as text would cost more.
        var last: [UInt8] = []
        /// How often it came again since that was last told.
        var repeats = 0
        var isStarted = false
        var isWriting = false
        /// Told when everything has been written.
        var waiting: [DispatchSemaphore] = []
    }

    private let descriptor: Int32
    private let capacity: Int
    private let foldLimit: Int
    private let foldTime: DispatchTimeInterval
    private let state = Mutex(State())
    private let wake = DispatchSemaphore(value: 0)

    /// Writes to a descriptor; the thread begins with the first line.
    ///
    /// - Parameters:
    ///   - descriptor: Where to write.
    ///   - capacity: The most bytes that wait to be written.
    ///   - foldLimit: How often a line may come again before that is told.
    ///   - foldTime: How long it may come again before that is told.
    init(
        _ descriptor: Int32,
        capacity: Int = 1_048_576,
        foldLimit: Int = 1000,
        foldTime: DispatchTimeInterval = .seconds(5)
    ) {
        self.descriptor = descriptor
        self.capacity = capacity
        self.foldLimit = foldLimit
        self.foldTime = foldTime
    }

    /// Writes lines in this form from here on.
    func write(as format: LogFormat) {
        state.withLock { $0.format = format }
    }

    /// Says something, in the form in which lines are written.
    ///
    /// - Parameters:
    ///   - level: How serious it is.
    ///   - message: What is said.
    ///   - fields: What belongs to it.
    func say(_ level: String, _ message: String, _ fields: [(key: String, value: String)]) {
        say(state.withLock { $0.format }.line(level, message, fields))
    }

    /// Says a line.
    ///
    /// - Parameter line: The line without its time and without its end.
    func say(_ line: String) {
        let bytes = Array(line.utf8)
        let (mustStart, mustWake) = state.withLock { state in
            let mustStart = !state.isStarted
            state.isStarted = true
            let (wasEmpty, wasRepeating) = (state.pending.isEmpty, state.repeats > 0)
            if bytes == state.last {
                state.repeats += 1
                if state.repeats >= foldLimit { tellRepeats(&state) }
            } else {
                tellRepeats(&state)
                state.last = bytes
                append(bytes, to: &state)
            }
            let mustWake =
                wasEmpty && !state.pending.isEmpty || !wasRepeating && state.repeats > 0
            return (mustStart, mustWake)
        }
        if mustStart { start() }
        if mustWake { wake.signal() }
    }

    /// Waits until everything that was said has been written, or for so long.
    func flush(within patience: Duration = LogSink.patienceAtExit) {
        let written = DispatchSemaphore(value: 0)
        let mustWait = state.withLock { state in
            guard state.isStarted else { return false }
            tellRepeats(&state)
            if state.pending.isEmpty { tellLoss(&state) }
            guard !state.pending.isEmpty || state.isWriting else { return false }
            state.waiting.append(written)
            return true
        }
        guard mustWait else { return }
        wake.signal()
        let nanoseconds = Int(patience / .nanoseconds(1))
        _ = written.wait(timeout: .now() + .nanoseconds(nanoseconds))
    }

    private func start() {
        SystemThread.start("log") { [self] in
            while true { write() }
        }
        if descriptor == STDERR_FILENO {
            atexit { LogSink.standardError.flush() }
        }
    }

    /// Waits until there is something to write, and writes it.
    private func write() {
        let isRepeating = state.withLock { $0.repeats > 0 }
        let result = wake.wait(timeout: isRepeating ? .now() + foldTime : .distantFuture)
        if result == .timedOut { state.withLock { tellRepeats(&$0) } }
        while let (bytes, lost) = next() {
            let done = DescriptorOutput.write(bytes, to: descriptor).count
            guard done < bytes.count else { continue }
            // What cannot be written now is not tried again. The loss it was to tell of is still to be told.
            let missed = bytes[done...].count { $0 == UInt8(ascii: "\n") }
            state.withLock { $0.lost += lost > 0 ? missed - 1 + lost : missed }
        }
        let waiting = state.withLock { state in
            state.isWriting = false
            defer { state.waiting = [] }
            return state.waiting
        }
        for semaphore in waiting { semaphore.signal() }
    }

    /// Takes all that waits, with the loss that its last line tells of; nil if nothing waits.
    private func next() -> (bytes: [UInt8], lost: Int)? {
        state.withLock { state in
            guard !state.pending.isEmpty else {
                state.isWriting = false
                return nil
            }
            state.isWriting = true
            let lost = state.lost
            tellLoss(&state)
            defer { state.pending = [] }
            return (state.pending, lost)
        }
    }

    /// Puts behind what waits how much was lost, whether there is room for it or not.
    private func tellLoss(_ state: inout State) {
        guard state.lost > 0 else { return }
        let line = state.format.line("warning", "log lines were lost", [("lines", "\(state.lost)")])
        state.lost = 0
        state.pending += LogSink.stamped(Array(line.utf8), state.format)
    }

    private func tellRepeats(_ state: inout State) {
        guard state.repeats > 0 else { return }
        let line = state.format.line(
            "notice",
            "last message repeated",
            [("times", "\(state.repeats)")]
        )
        state.repeats = 0
        append(Array(line.utf8), to: &state)
    }

    private func append(_ line: [UInt8], to state: inout State) {
        let bytes = LogSink.stamped(line, state.format)
        guard state.pending.count + bytes.count <= capacity else {
            state.lost += 1
            return
        }
        state.pending += bytes
    }

    private static func stamped(_ line: [UInt8], _ format: LogFormat) -> [UInt8] {
        format.stamped(line, Date().formatted(.iso8601))
    }
}
