import Synchronization
import WireJSON

@testable import MusterCommands

/// Keeps what a command would print.
final class Recorder: Sendable {
    private let bytes = Mutex<[UInt8]>([])
    private let isTerminal: Bool
    private let environment: [String: String]

    init(isTerminal: Bool = false, environment: [String: String] = [:]) {
        self.isTerminal = isTerminal
        self.environment = environment
    }

    var console: Console {
        Console(isTerminal: isTerminal, environment: environment) { [self] written in
            bytes.withLock { $0 += written }
        }
    }

    var text: String {
        bytes.withLock { String(decoding: $0, as: UTF8.self) }
    }
}

extension RecordLayout {
    /// A kind of record with two fields.
    static let sample = RecordLayout(
        "samples",
        columns: [Column("Id", "id"), Column("Name", "name")],
        fields: ["id", "name"]
    )
}
