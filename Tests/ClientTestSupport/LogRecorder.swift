package import Logging
import Synchronization

/// Keeps everything that is logged.
package final class LogRecorder: Sendable {
    package struct Line: Sendable {
        package let message: String
        package let metadata: [String: String]
    }

    private let kept = Mutex<[Line]>([])

    /// Begins with nothing.
    package init() {}

    package var lines: [Line] {
        kept.withLock { $0 }
    }

    /// Everything as one text.
    package var text: String {
        lines.map { "\($0.message) \($0.metadata)" }.joined(separator: "\n")
    }

    /// A logger that writes into this, at every level.
    package var logger: Logger {
        Logger(label: "test") { _ in Handler(recorder: self) }
    }

    private struct Handler: LogHandler {
        let recorder: LogRecorder
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let all = metadata.merging(event.metadata ?? [:]) { $1 }
            let line = Line(
                message: "\(event.message)",
                metadata: all.mapValues { "\($0)" }
            )
            recorder.kept.withLock { $0.append(line) }
        }
    }
}
