import ArgumentParser
import MusterCore

/// `muster check`.
struct CheckCommand: AsyncParsableCommand {
    /// The exit code where there are warnings, and `--strict` was said.
    private static let warningCode: Int32 = 1
    /// The exit code where there are errors.
    private static let errorCode: Int32 = 2

    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Look for damage, open files and unsafe settings; nothing is changed.",
        discussion: """
            The server may be running: it is asked at its local socket which limits it has reached. Give the \
            settings that the server has, by the same options, variables and file. Exit code 2 means that \
            there are errors; 1, with --strict, that there are warnings.

            Example: muster check --data-dir ./muster-data --strict
            Example: muster check --backup ./muster-2026-01-31.backup
            """
    )

    @Option(
        help: ArgumentHelp(
            "A backup to look at, instead of the directory and its settings.",
            valueName: "file"
        )
    )
    var backup: String?

    @Flag(help: "Let warnings count: end with exit code 1.")
    var strict = false

    @OptionGroup var output: OutputOptions
    @OptionGroup var settings: SettingsOptions

    func run() async throws {
        var findings: [Finding] = []
        try await CommandFailure.reporting {
            findings =
                if let backup {
                    try BackupFindings(file: backup).all()
                } else {
                    try await CheckCommand.findings(try await settings.reader())
                }
            var list = output.list(.finding)
            try list.append(findings.map(\.record))
            try list.finish()
        }
        let worst = findings.map(\.severity).max() ?? .ok
        if worst == .error { throw ExitCode(CheckCommand.errorCode) }
        if worst == .warning, strict { throw ExitCode(CheckCommand.warningCode) }
    }

    /// Everything that was found, the settings first.
    ///
    /// - Throws: ``MusterError`` with code `setting.invalid`, `directory.missing` where nothing of a directory is there
    ///   and no server answers, or `store.unavailable` where the folder cannot be read.
    static func findings(_ reader: SettingsReader) async throws -> [Finding] {
        let settings = try Settings(reader)
        let paths = DataPaths(folder: settings.dataDirectory)
        // Also where the database has gone: a server may have it open.
        let server = await ServerFindings(socket: settings.localSocket?.path).all()
        try DataFolderState.refuseUnreadable(paths)
        if server.isEmpty, DataFolderState(paths) == .empty {
            throw DataFolderState.nothing(paths, settings.store)
        }
        let found =
            try SettingFindings(settings: settings, reader: reader).all()
            // Before the database is opened, which makes files of its own.
            + FileFindings(paths: paths, outbox: settings.outbox).all()
        let database =
            if case .postgres(let address) = settings.store {
                await SharedFindings(
                    paths: paths,
                    address: address,
                    accountNumbers: settings.ldap?.numbers
                ).all()
            } else {
                DatabaseFindings(
                    paths: paths,
                    isServed: !server.isEmpty,
                    passwordOnly: settings.rules.passwordOnlyLogins,
                    delivery: settings.rules.delivery,
                    accountNumbers: settings.ldap?.numbers,
                    publicURL: settings.rules.publicURL
                ).all()
            }
        return try await found + database
            + DeliveryFindings(settings: settings, reader: reader).all()
            + server
    }
}
