import MusterCore
import SystemCalls

/// Wakes a thread that waits for a descriptor.
final class WakePipe: Sendable {
    /// The end that becomes readable.
    let waiting: CInt
    private let waking: CInt

    /// Makes one; without descriptors left it wakes nobody, and whoever waits does so for his time.
    init() {
        var ends: [CInt] = [-1, -1]
        _ = pipe(&ends)
        (waiting, waking) = (ends[0], ends[1])
        for end in ends where end >= 0 {
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
        }
    }

    deinit {
        for end in [waiting, waking] where end >= 0 { close(end) }
    }

    /// Wakes whoever waits, or the next one who does.
    func wake() {
        var byte: UInt8 = 1
        _ = write(waking, &byte, 1)
    }

    /// Waits.
    ///
    /// - Parameters:
    ///   - other: A descriptor that wakes, too, once it is readable; nil for none.
    ///   - deadline: Until when.
    func wait(orFor other: CInt?, until deadline: ContinuousClock.Instant) {
        var places = [pollfd(fd: waiting, events: Int16(POLLIN), revents: 0)]
        if let other { places.append(pollfd(fd: other, events: Int16(POLLIN), revents: 0)) }
        let milliseconds = ContinuousClock.now.duration(to: deadline).wholeMilliseconds
        guard milliseconds > 0 else { return }
        // Interrupted or not, whoever waits looks whether there is something to do.
        _ = poll(&places, nfds_t(places.count), CInt(clamping: milliseconds))
        var bytes = [UInt8](repeating: 0, count: 64)
        while read(waiting, &bytes, bytes.count) == bytes.count {}
    }
}
