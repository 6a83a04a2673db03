import FoundationEssentials
import MusterCore
import MusterServer
import NIOCore
import WireJSON

/// What keeps the running server from doing its work, and which limits it has reached.
struct ServerFindings {
    /// How long the server may take to answer.
    private static let patience = TimeAmount.seconds(5)

    /// The socket at which it answers; nil if there is none.
    let socket: String?

    /// Everything that was found; nothing where no server answers.
    func all() async -> [Finding] {
        guard let socket, FileManager.default.fileExists(atPath: socket) else { return [] }
        let client = LocalClient(
            socketPath: socket,
            deadline: .now() + ServerFindings.patience
        )
        do {
            let answer = try await client.ask(.troubles) { _ in }
            return ServerFindings.findings(in: answer)
        } catch {
            return []
        }
    }

    /// What an answer of the server holds.
    static func findings(in answer: JSONObject) -> [Finding] {
        guard case .array(let records)? = answer["troubles"] else { return [] }
        // An older server does not say what fails.
        var failed: [JSONValue] = []
        if case .array(let names)? = answer["failed"] { failed = names }
        return (failed.compactMap(failure) + records.compactMap(finding))
            .orFine(.server, "The running server has reached no limit since it started.")
    }

    private static func failure(_ name: JSONValue) -> Finding? {
        guard case .string(let name) = name, let check = ReadinessCheck(rawValue: name) else {
            return nil
        }
        return Finding(
            .error,
            .server,
            "The running server is not ready (\(name)). \(check.advice)"
        )
    }

    private static func finding(_ record: JSONValue) -> Finding? {
        guard case .object(let record) = record, case .string(let name)? = record["trouble"],
            let trouble = Trouble(rawValue: name)
        else { return nil }
        let count = record["count"].flatMap(\.wholeNumber) ?? 1
        let last = record["last_at"].flatMap(\.wholeNumber).map {
            ", last at \(TimeText.text($0))"
        }
        return Finding(
            trouble == .damage ? .error : .warning,
            .server,
            "\(trouble.advice) Met \(Count.text(count, "time")) since the start\(last ?? "")."
        )
    }
}

extension JSONValue {
    fileprivate var wholeNumber: Int64? {
        if case .integer(let number) = self { number } else { nil }
    }
}
