import Dispatch
import FoundationEssentials
import SystemCalls

/// Gives a silenced terminal its voice back before a signal ends the program.
struct SignalWatch {
    private static let signals = [SIGTERM, SIGHUP]

    private let sources: [any DispatchSourceSignal]

    /// Watches until ``end()``.
    ///
    /// Returns when each signal is heard: until then it ends the program, as it does where nobody watches.
    init(restoring settings: termios) {
        let registered = DispatchSemaphore(value: 0)
        sources = SignalWatch.signals.map { number in
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                var settings = settings
                tcsetattr(STDIN_FILENO, TCSAFLUSH, &settings)
                _exit(128 + number)
            }
            source.setRegistrationHandler { registered.signal() }
            source.resume()
            return source
        }
        for _ in sources { registered.wait() }
    }

    /// Leaves the signals to the system again.
    func end() {
        for (number, source) in zip(SignalWatch.signals, sources) {
            source.cancel()
            signal(number, SIG_DFL)
        }
    }
}
