import ArgumentParser
import MusterCore

/// `muster ldap`.
struct LDAPCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ldap",
        abstract: "The directory over LDAP.",
        discussion: "Example: muster ldap show-config sssd --host muster.example.com",
        subcommands: [LDAPShowConfig.self]
    )
}

/// `muster ldap show-config`.
struct LDAPShowConfig: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show-config",
        abstract: "Print the settings of a client of LDAP that fit this server.",
        discussion: """
            The server's settings are read as at a start: give the same options, variables and file. \
            ACCESS_KEY:SECRET_KEY stands for the API keys of the account that searches, which needs the right \
            to read users.

            Example: muster ldap show-config sssd --config muster.json --host id.example.com
            Example: muster ldap show-config apache --account svc@example.com
            """
    )

    @Argument(help: "The client.")
    var client: LDAPClientProgram

    @Option(
        help: ArgumentHelp(
            "The name by which clients reach the server; that of http.publicURL or of the address if unset.",
            valueName: "host"
        )
    )
    var host: String?

    @Option(help: ArgumentHelp("The user name of the account that searches.", valueName: "user"))
    var account = "svc"

    @OptionGroup var settings: SettingsOptions

    func run() async throws {
        try await CommandFailure.reporting {
            let settings = try Settings(try await settings.reader())
            let server = try LDAPClientServer(settings, host: host, account: account)
            try Console.standard.write(client.text(for: server))
        }
    }
}
