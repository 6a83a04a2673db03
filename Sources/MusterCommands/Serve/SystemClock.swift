import FoundationEssentials
import MusterCore
import SystemCalls

/// The machine's own clock.
struct SystemClock: DirectoryClock {
    func now() -> Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(rawValue: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }

    var elapsed: Duration {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }

    func wait(for duration: Duration) async {
        try? await Task.sleep(for: duration)
    }
}
