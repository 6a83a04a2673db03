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
        /// Lines that are to be written, one after the other.
        var pending: [UInt8] = []
        /// The room of lines that were written, for the next ones.
        var spare: [UInt8] = []
        /// Whether all that is pending may wait for more a moment.
        var mayLinger = true
        /// Whether the thread waits for more.
        var isLingering = false
        /// The present second as text.
        var stamp = LogStamp()
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

    /// How long lines of requests wait for others: to write each by itself would cost more than to answer it.
    private static let lingerTime = DispatchTimeInterval.milliseconds(20)
    /// How many bytes do not wait any more.
    private static let lingerBytes = 262_144

    private let descriptor: Int32
    private let capacity: Int
    private let foldLimit: Int
    private let foldTime: DispatchTimeInterval
    private let state = Mutex(State())
    /// Whether lines are JSON: known without waiting for anybody.
    private let isJSON = Atomic(false)
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
        capacity: Int = 4_194_304,
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
        isJSON.store(format == .json, ordering: .relaxed)
    }

    /// How lines are written.
    private var format: LogFormat { isJSON.load(ordering: .relaxed) ? .json : .logfmt }

    /// Says something, in the form in which lines are written.
    ///
    /// - Parameters:
    ///   - level: How serious it is.
    ///   - message: What is said.
    ///   - fields: What belongs to it.
    func say(_ level: String, _ message: String, _ fields: [(key: String, value: String)]) {
        say(format.line(level, message, fields))
    }

    /// Says a line.
    ///
    /// - Parameter line: The line without its time and without its end.
    func say(_ line: String) {
        let bytes = Array(line.utf8)
        take { state in
            let (wasEmpty, wasRepeating) = (state.pending.isEmpty, state.repeats > 0)
            let wasLingering = state.isLingering
            if bytes == state.last {
                state.repeats += 1
                if state.repeats >= foldLimit { tellRepeats(&state) }
            } else {
                tellRepeats(&state)
                state.last = bytes
                append(bytes, to: &state)
            }
            let mustWake =
                (wasEmpty || wasLingering) && !state.pending.isEmpty
                || !wasRepeating && state.repeats > 0
            state.isLingering = wasLingering && !mustWake
            return mustWake
        }
    }

    /// Says that a request was answered; the line may wait a moment for others.
    ///
    /// It is put together before anybody is kept waiting: event loops say so tens of thousands of times a second.
    func say(_ line: AccessLine) {
        let format = format
        line.withRest(format) { rest in
            take { state in
                tellRepeats(&state)
                // No two are alike, so that the next line need not be compared with this one.
                if !state.last.isEmpty { state.last = [] }
                let isFirst = state.pending.isEmpty && !state.isWriting
                state.stamp.renew()
                let opening = AccessLine.opening(format)
                let count = opening.utf8CodeUnitCount + state.stamp.text.utf8.count + rest.count
                if state.pending.count + count > capacity {
                    state.lost += 1
                } else {
                    state.pending.append(
                        contentsOf: UnsafeBufferPointer(
                            start: opening.utf8Start,
                            count: opening.utf8CodeUnitCount
                        )
                    )
                    state.pending.append(contentsOf: state.stamp.text.utf8)
                    state.pending.append(contentsOf: rest)
                }
                let isMuch = state.isLingering && state.pending.count >= LogSink.lingerBytes
                if isMuch { state.isLingering = false }
                return isFirst || isMuch
            }
        }
    }

    /// Takes a line by `add`, which says whether the thread has to be woken for it; the first one starts the thread.
    private func take(_ add: (inout State) -> Bool) {
        let (mustStart, mustWake) = state.withLock { state in
            let mustStart = !state.isStarted
            state.isStarted = true
            return (mustStart, add(&state))
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
        // It is what ends a wait for more, too.
        wake.signal()
        let nanoseconds = Int(patience / .nanoseconds(1))
        _ = written.wait(timeout: .now() + .nanoseconds(nanoseconds))
    }

    private func start() {
        SystemThread.startSurely("log") { [self] in
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
            defer { keepRoom(of: bytes) }
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

    /// Waits a moment for more, where all that waits is lines of requests and they are few.
    private func linger() {
        let isPatient = state.withLock { state in
            state.isLingering =
                state.mayLinger && !state.pending.isEmpty && state.waiting.isEmpty
                && state.pending.count < LogSink.lingerBytes
            return state.isLingering
        }
        guard isPatient else { return }
        _ = wake.wait(timeout: .now() + LogSink.lingerTime)
        state.withLock { $0.isLingering = false }
    }

    /// Keeps the room of what was written for what comes, if it is not that of a storm.
    private func keepRoom(of bytes: consuming [UInt8]) {
        guard bytes.capacity <= 2 * LogSink.lingerBytes else { return }
        bytes.removeAll(keepingCapacity: true)
        let room = bytes
        state.withLock { $0.spare = room }
    }

    /// Takes all that waits, with the loss that its last line tells of; nil if nothing waits.
    private func next() -> (bytes: [UInt8], lost: Int)? {
        linger()
        return state.withLock { state in
            guard !state.pending.isEmpty else {
                state.isWriting = false
                return nil
            }
            state.isWriting = true
            let lost = state.lost
            tellLoss(&state)
            var taken: [UInt8] = []
            swap(&taken, &state.pending)
            swap(&state.pending, &state.spare)
            state.mayLinger = true
            return (taken, lost)
        }
    }

    /// Puts after what waits how much was lost, whether there is room for it or not.
    private func tellLoss(_ state: inout State) {
        guard state.lost > 0 else { return }
        let line = format.line("warning", "log lines were lost", [("lines", "\(state.lost)")])
        state.lost = 0
        state.pending += stamped(Array(line.utf8), &state)
    }

    private func tellRepeats(_ state: inout State) {
        guard state.repeats > 0 else { return }
        let line = format.line(
            "notice",
            "last message repeated",
            [("times", "\(state.repeats)")]
        )
        state.repeats = 0
        append(Array(line.utf8), to: &state)
    }

    private func append(_ line: [UInt8], to state: inout State) {
        let bytes = stamped(line, &state)
        guard state.pending.count + bytes.count <= capacity else {
            state.lost += 1
            return
        }
        state.pending += bytes
        state.mayLinger = false
    }

    private func stamped(_ line: [UInt8], _ state: inout State) -> [UInt8] {
        state.stamp.renew()
        return format.stamped(line, state.stamp.text)
    }
}
