import Foundation
import Logging

/// Writes one line a message to standard error: `time=... level=... message="..." key=value`.
struct LineLogHandler: LogHandler {
    var logLevel = Logger.Level.info
    var metadata: Logger.Metadata = [:]

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var line =
            "level=\(event.level.rawValue) message=\(LineLogHandler.quoted(event.message.description))"
        let merged = metadata.merging(event.metadata ?? [:]) { $1 }
        for (key, value) in merged.sorted(by: { $0.key < $1.key }) {
            line += " \(key)=\(LineLogHandler.quoted(value.description))"
        }
        LogSink.standardError.say(line)
    }

    /// Quotes what has blanks or quotes, and keeps line breaks out, so that nobody can forge a line.
    private static func quoted(_ text: String) -> String {
        let isPlain =
            !text.isEmpty
            && text.unicodeScalars.allSatisfy { scalar in
                scalar.isASCII && scalar.value > 0x20 && scalar != "\"" && scalar != "="
            }
        return isPlain ? text : text.debugDescription
    }
}
