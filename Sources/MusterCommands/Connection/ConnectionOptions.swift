import ArgumentParser
import ClientTransport
import Foundation
import MusterCore

/// The options by which every command that talks to a server is told which one, and as whom.
///
/// Credentials are none of them: every user of the machine can read a command line.
struct ConnectionOptions: ParsableArguments, Sendable {
    @Option(
        help: ArgumentHelp(
            "The server's address; MUSTER_URL, the profile's or \(Destination.standardURL) if unset.",
            valueName: "url"
        )
    )
    var url: String?

    @Option(
        help: ArgumentHelp(
            "The login to use, as kept by muster login; MUSTER_PROFILE or \(Profile.standardName) if unset.",
            valueName: "name"
        )
    )
    var profile: String?

    @Option(
        help: ArgumentHelp(
            "Trust the certificates in this file, too; MUSTER_CA if unset.",
            valueName: "file"
        )
    )
    var ca: String?

    @Flag(help: "Use http:// with another machine, although what is sent can be read on the way.")
    var allowPlaintext = false

    @Option(
        help: ArgumentHelp(
            "Work on the files of a directory whose server is stopped, on this machine.",
            valueName: "folder"
        )
    )
    var dataDir: String?

    func validate() throws {
        guard dataDir == nil || (url == nil && profile == nil && ca == nil) else {
            throw ValidationError(
                "--data-dir needs no server; leave out --url, --profile and --ca."
            )
        }
    }

    /// Finds the server, does some work with it, and lets go of it.
    ///
    /// - Throws: What the work throws, and ``CommandError`` where there is no way to the server.
    func withServer<Result: Sendable>(
        _ work: @escaping @Sendable (Server) async throws -> Result
    ) async throws -> Result {
        if let dataDir { return try await withFiles(in: dataDir, work) }
        let destination = try destination()
        return try await Self.withServer(destination, as: destination.credentials, work)
    }

    /// Does some work with a server as somebody, or as nobody.
    ///
    /// - Throws: What the work throws, and ``CommandError`` where there is no way to the server.
    static func withServer<Result: Sendable>(
        _ destination: Destination,
        as credentials: Credentials?,
        _ work: @escaping @Sendable (Server) async throws -> Result
    ) async throws -> Result {
        try await withTransport(try destination.address, destination.authority) {
            transport in
            try await work(
                try Server(
                    address: destination.url,
                    proof: destination.proof,
                    transport: transport,
                    credentials: credentials
                )
            )
        }
    }

    /// The server, and as whom.
    ///
    /// - Parameter makesProfile: Whether the profile is about to be made.
    /// - Returns: The destination.
    /// - Throws: ``CommandError`` where what was asked for contradicts itself or is not there.
    func destination(makesProfile: Bool = false) throws(CommandError) -> Destination {
        try Destination(
            Destination.Choice(
                url: url,
                profile: profile,
                authority: ca,
                allowsPlaintext: allowPlaintext,
                makesProfile: makesProfile
            ),
            environment: ProcessInfo.processInfo.environment
        ) { () throws(CommandError) in
            try ProfileFile.ofUser.read()
        }
    }

    private func withFiles<Result: Sendable>(
        in folder: String,
        _ work: @escaping @Sendable (Server) async throws -> Result
    ) async throws -> Result {
        let environment = ProcessInfo.processInfo.environment
        let reader = try await SettingsReader(
            commandLine: ["dataDir": folder],
            environment: environment,
            file: environment["MUSTER_CONFIG"]
        )
        // A failure of the work is none of the server's, which ends in good order in either case.
        let result: Swift.Result<Result, any Error> =
            try await LocalDirectory.withServer(try Settings(reader)) { access in
                do {
                    return .success(try await Self.withFiles(in: folder, access, work))
                } catch {
                    return .failure(error)
                }
            }
        return try result.get()
    }

    private static func withFiles<Result: Sendable>(
        in folder: String,
        _ access: LocalAccess,
        _ work: @escaping @Sendable (Server) async throws -> Result
    ) async throws -> Result {
        try await withTransport(ServerAddress(socketPath: access.socketPath), nil) { transport in
            try await work(
                try Server(
                    address: "the directory in \(folder)",
                    proof: .local,
                    transport: transport,
                    credentials: .session(token: access.token)
                )
            )
        }
    }

    private static func withTransport<Result>(
        _ address: ServerAddress,
        _ authority: String?,
        _ work: (Transport) async throws -> Result
    ) async throws -> Result {
        var options = TransportOptions(userAgent: "muster/\(Version.text)", logger: nil)
        options.authorities = authority.map { [.file($0)] } ?? []
        let transport: Transport
        do {
            transport = try Transport(address, options)
        } catch {
            throw CommandError(.noInput, error.message)
        }
        do {
            let result = try await work(transport)
            await transport.shutDown()
            return result
        } catch {
            await transport.shutDown()
            throw error
        }
    }
}

extension Destination {
    /// Where requests go.
    ///
    /// - Throws: ``CommandError`` where the address is none, or secrets could be read on the way.
    var address: ServerAddress {
        get throws(CommandError) {
            do {
                return try ServerAddress(url, allowsPlaintext: allowsPlaintext)
            } catch {
                guard (try? ServerAddress(url, allowsPlaintext: true)) == nil else {
                    throw CommandError(
                        .usage,
                        "Over http:// passwords and keys could be read on the way. Use https://, or say "
                            + "--allow-plaintext if you trust the network."
                    )
                }
                throw CommandError(
                    .usage,
                    "An address looks like https://host:port, with no name, password or query in it."
                )
            }
        }
    }
}
