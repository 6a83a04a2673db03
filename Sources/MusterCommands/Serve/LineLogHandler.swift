import FoundationEssentials
import Logging

/// Writes one line a message to standard error, in the form that was set (``LogFormat``).
struct LineLogHandler: LogHandler {
    var logLevel = Logger.Level.info
    var metadata: Logger.Metadata = [:]

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let merged = metadata.merging(event.metadata ?? [:]) { $1 }
        LogSink.standardError.say(
            event.level.rawValue,
            event.message.description,
            merged.sorted { $0.key < $1.key }.map { (key: $0.key, value: $0.value.description) }
        )
    }
}
