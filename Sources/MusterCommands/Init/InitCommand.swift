import ArgumentParser
import FoundationEssentials
import MusterCore
import MusterCrypto

/// `muster init`.
struct InitCommand: AsyncParsableCommand {
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text
        case json
    }

    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Create a directory and its first administrator.",
        discussion: """
            Prints the administrator's password and API keys, once.

            Example: muster init --data-dir ./muster-data --admin admin@example.com
            """
    )

    @OptionGroup var settings: SettingsOptions

    @Option(help: "The user name of the first administrator.")
    var admin: String

    @Flag(help: "Read the administrator's password from standard input instead of making one.")
    var passwordStdin = false

    @Option(help: "How to print the result: text or json.")
    var format = Format.text

    func run() async throws {
        try await CommandFailure.reporting {
            let settings = try Settings(try await settings.reader())
            let paths = DataPaths(folder: settings.dataDirectory)
            if case .postgres(let address) = settings.store {
                try DataFolderState.refuseUnreadable(paths)
                try DataFolderState.refuseOwnDirectory(paths)
                try await DataFolder.requireUnused(address, folder: paths.folder)
            } else {
                try DataFolderState.requireUnused(paths)
            }
            let username = try Username(admin)
            let password = try readPassword(for: username)
            let hasher = try HashingThreads(settings.argon2, threads: 1, queueLimit: 1)
            try settings.rules.passwords.check(hasher.prepared(password), for: username)
            let hash = try await hasher.hash(password, in: .bulk)
            let files = try DataFolder(
                settings.dataDirectory,
                store: settings.store,
                creates: true
            )
            let created = try await files.bootstrap(administrator: username, password: hash)
            let report = InitReport(created: created, password: password, settings: settings)
            try ShownOnce.write(orSay: loss(of: username, in: settings.dataDirectory)) {
                try Console.standard.write(format == .json ? report.json : report.text)
            }
        }
    }

    /// What is lost with the report, and how to go on.
    private func loss(of username: Username, in folder: String) -> String {
        let end = "\(username.text) --data-dir \(folder)"
        return passwordStdin
            ? "The directory is made all the same, and nobody has seen its API keys. Make others: "
                + "muster apikeys rotate --yes \(end)"
            : "The directory is made all the same, and nobody has seen its password and API keys. Set another "
                + "password: muster users passwd --generate-password \(end)"
    }

    private func readPassword(for username: Username) throws(CommandError) -> Secret<String> {
        passwordStdin
            ? try SecretInput.existing(.password, fromStandardInput: true)
            : GeneratedPassword.make(from: SystemRandom(), for: username)
    }
}
