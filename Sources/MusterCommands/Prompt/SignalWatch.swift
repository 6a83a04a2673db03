import Dispatch
import FoundationEssentials
import SystemCalls

/// Gives a silenced terminal its voice back before a signal ends the program.
struct SignalWatch {
    private static let signals = [SIGTERM, SIGHUP]

    private let sources: [any DispatchSourceSignal]

    /// Watches until ``end()``.
    init(restoring settings: termios) {
        sources = SignalWatch.signals.map { number in
            // The default would end the program before the source hears of it.
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                var settings = settings
                tcsetattr(STDIN_FILENO, TCSAFLUSH, &settings)
                _exit(128 + number)
            }
            source.resume()
            return source
        }
    }

    /// Leaves the signals to the system again.
    func end() {
        for (number, source) in zip(SignalWatch.signals, sources) {
            source.cancel()
            signal(number, SIG_DFL)
        }
    }
}
