import ArgumentParser
import FoundationEssentials
import Logging
import MusterCore
import MusterServer

/// `muster serve`.
struct ServeCommand: AsyncParsableCommand {
    /// The word on the command line.
    static let name = "serve"

    static let configuration = CommandConfiguration(
        commandName: name,
        abstract: "Serve the directory.",
        discussion: """
            Settings come from the command line, then MUSTER_... variables, then the file of --config, \
            then the defaults.

            Example: muster serve --data-dir ./muster-data --bind 127.0.0.1:8834
            """
    )

    @OptionGroup var settings: SettingsOptions

    @Option(help: "The address and port to listen on; 127.0.0.1:8834 if unset.")
    var bind: String?

    @Option(help: "What a new password has to be: basic, tenable, strict or nist.")
    var passwordPolicy: String?

    func run() async throws {
        try await CommandFailure.reporting {
            let reader = try await settings.reader(
                ["http.bind": bind, "password.policy": passwordPolicy]
            )
            let settings = try Settings(reader)
            ProcessFigures.begin()
            LogSink.standardError.write(as: settings.logFormat)
            let level = settings.logLevel
            let logger = Logger(label: "muster") { _ in LineLogHandler(logLevel: level) }
            let environment = ProcessInfo.processInfo.environment
            let manager = try ServiceManager(environment)
            let passedSocket = try PassedSocket.taken(environment)
            let descriptors = try FileDescriptors(
                limit: FileDescriptors.raiseLimit(),
                wanted: settings.limits.connections,
                processors: ProcessInfo.processInfo.activeProcessorCount
            )
            EventLoopExecutor.install()
            await FileDescriptors.openAhead()
            let files = try DataFolder(
                settings.dataDirectory,
                store: settings.store,
                creates: false
            )
            let (opened, key) = try await files.open(
                isForServing: true,
                whenStale: settings.replica.rule,
                onUpgrade: { copy in
                    logger.notice(
                        "the directory is brought up to date",
                        metadata: ["copy": "\(copy)"]
                    )
                },
                onLoss: { logger.critical("\($0)") },
                onReplica: { logger.note($0) }
            )
            let composition = Composition(
                settings: settings,
                descriptors: descriptors,
                passedSocket: passedSocket,
                manager: manager,
                shown: try Setting.all.map { setting throws(MusterError) in
                    ConsoleTools.Setting(
                        setting.key,
                        value: try setting.shown(by: reader),
                        source: reader.source(of: setting.key).rawValue
                    )
                },
                logger: logger
            )
            let post = try composition.post(key)
            let directory = try await composition.directory(opened, key, post)
            try await composition.keepNumbers(of: opened)
            let open =
                FileFindings(paths: files.paths, outbox: settings.outbox).open()
                + CertificateFindings.openKeys(settings.certificates)
            for finding in open {
                logger.warning("a file is open to others", metadata: ["advice": "\(finding.text)"])
            }
            for advice in try reader.openSecrets() {
                logger.warning("a file is open to others", metadata: ["advice": "\(advice)"])
            }
            files.lookLater(key) {
                directory.refusals.troubles.note(.damage)
            }
            try await composition.serve(directory, post)
            try await opened.store.close()
            files.release()
        }
    }
}
