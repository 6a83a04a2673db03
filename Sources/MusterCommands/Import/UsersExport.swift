import ArgumentParser
import FoundationEssentials
import MusterClient
import WireJSON

/// `muster users export`.
struct UsersExport: ServerCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Export all users, in a form that can be imported again.",
        discussion: """
            Password hashes are left out unless --hashes asks for them; the audit log records who did. API keys \
            and second factors are never exported. The file can be read by its owner alone.

            Example: muster users export users.jsonl --hashes
            --for says on standard error which hashes will open to nobody in the directory or on the machine that \
            is to have them, a line for each user, and changes nothing of the export.

            Example: muster users export --format csv > users.csv
            Example: muster users export users.jsonl --hashes --for slapd
            """
    )

    @Argument(help: "The file to make; standard output if unset.")
    var file: String?

    @Option(help: "How to write it; by the file's ending, or jsonl, if unset.")
    var format: UploadParts.Form?

    @Flag(help: "Export the hashes of the passwords, too.")
    var hashes = false

    @Option(
        name: .customLong("for"),
        help: "Warn of hashes that will not open there; needs --hashes."
    )
    var destination: HashDestination?

    @Flag(help: "Replace the file if it is there.")
    var force = false

    @OptionGroup var connection: ConnectionOptions

    func validate() throws {
        if destination != nil, !hashes {
            throw ValidationError("--for is about hashes: give --hashes, too.")
        }
    }

    func run(on server: Server) async throws {
        guard let file, file != "-" else {
            _ = try await write(from: server, to: .standard)
            return
        }
        let partial = try PartialFile(file, replaces: force)
        defer { partial.remove() }
        let console = Console(isTerminal: false, environment: [:]) { bytes in
            let error = DescriptorOutput.write(bytes, to: partial.descriptor).error
            guard error == 0 else { throw DurableFiles.failure(file, error) }
        }
        let count = try await write(from: server, to: console)
        try partial.publish()
        try Console.standard.write("Exported \(Count.text(count, "user")) to \(file).\n")
    }

    private func write(from server: Server, to console: Console) async throws -> Int64 {
        let isCSV = (format ?? (file?.hasSuffix(".csv") == true ? .csv : .jsonl)) == .csv
        let form = ExportedLine(
            fields: isCSV ? UsersExport.fields(withHashes: hashes) : nil,
            isForTerminal: console.isTerminal
        )
        var progress = ProgressLine()
        var count: Int64 = 0
        var buffer = form.heading
        do {
            for try await line in try await server.client.users.export(hashes: hashes) {
                count += 1
                // A stranger is told by its beginning.
                guard count > 1 || ExportedLine.user(in: line) != nil else {
                    throw ExportedLine.stranger
                }
                warn(of: line)
                buffer += try form.bytes(of: line)
                guard buffer.count > 65_536 else { continue }
                try console.write(buffer)
                buffer.removeAll(keepingCapacity: true)
                if file != nil { progress.show("\(count) users") }
            }
        } catch let failure as MusterClientError {
            throw await server.explained(failure)
        }
        try console.write(buffer)
        progress.clear()
        return count
    }

    /// Says what the one who takes the export cannot do with a user's hash.
    private func warn(of line: [UInt8]) {
        guard let destination, let user = ExportedLine.user(in: line),
            let hash = user["password_hash"]?.plainText, let name = user["username"]?.plainText,
            let trouble = destination.trouble(with: hash)
        else { return }
        // The scheme that the sentence may name is the server's word, too.
        StandardError.say("muster: " + SafeText.escaped("\(name): \(trouble)") + "\n")
    }

    private static func fields(
        withHashes: Bool
    ) -> [(name: String, kind: ImportBody.Kind)] {
        ImportBody.fields.filter { field in
            switch field.name {
            case "password": false
            case "password_hash", "password_temporary": withHashes
            default: true
            }
        }
    }
}
