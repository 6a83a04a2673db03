import ArgumentParser
import FoundationEssentials
import MusterCore
import TextBytes

/// The options by which every command that works on the server's own files is told its settings.
struct SettingsOptions: ParsableArguments {
    @Option(help: "The folder of the directory's files.")
    var dataDir: String?

    @Option(help: "What keeps the directory: sqlite or postgres.")
    var store: String?

    @Option(help: "A JSON file with settings.")
    var config: String?

    @Option(
        name: .customLong("set"),
        help: ArgumentHelp("Any setting, as key=value; see: muster config.", valueName: "key=value")
    )
    var assignments: [String] = []

    /// Reads the settings; `more` are values of the command's own options.
    ///
    /// - Throws: ``MusterError`` with code `setting.invalid`.
    func reader(_ more: [String: String?] = [:]) async throws(MusterError) -> SettingsReader {
        var commandLine: [String: String] = [:]
        for assignment in assignments {
            let pair = assignment.split(
                separator: "=",
                maxSplits: 1,
                omittingEmptySubsequences: false
            )
            guard pair.count == 2 else {
                throw MusterError(
                    .settingInvalid,
                    "--set takes key=value, not \(assignment.quoted(60))."
                )
            }
            commandLine[String(pair[0])] = String(pair[1])
        }
        for case (let key, let value?) in more {
            commandLine[key] = value
        }
        if let dataDir {
            commandLine["dataDir"] = dataDir
        }
        if let store { commandLine["store.kind"] = store }
        let environment = ProcessInfo.processInfo.environment
        return try SettingsReader(
            commandLine: commandLine,
            environment: environment,
            file: config ?? environment["MUSTER_CONFIG"]
        )
    }
}
