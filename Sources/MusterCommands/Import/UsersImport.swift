import ArgumentParser
import ClientTransport
import Foundation
import NIOHTTP1

/// `muster users import`.
struct UsersImport: ServerCommand {
    enum OnError: String, ExpressibleByArgument, CaseIterable {
        case stop
        case `continue`
    }

    enum Mode: String, ExpressibleByArgument, CaseIterable {
        case create
        case upsert
    }

    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Import users from a file, or from standard input.",
        discussion: """
            A CSV file has a heading with the names of fields; a JSON lines file has one object a line. Passwords \
            come as hashes of other programs, or in the clear. One bad line is enough to take nothing, unless \
            --on-error continue says otherwise; each bad line is named with its number and reason. An answer \
            of 0 means that all lines were taken, 65 that some were not. Who may administer users afterwards is named. \
            A line that takes that from yourself is asked about where nothing else is wrong, and else is a bad one.

            Example: muster users import staff.csv --dry-run
            Example: muster users import staff.csv --map Login=username --create-groups
            Example: muster users import --mode upsert --on-error continue export.jsonl
            """
    )

    @Argument(help: "The file: .csv or .jsonl; - reads standard input.")
    var file: String

    @Option(help: "What the file is; by its ending if unset.")
    var from: UploadParts.Form?

    @Flag(help: "Show what would change, and change nothing.")
    var dryRun = false

    @Option(help: "Whether a bad line stops everything.")
    var onError = OnError.stop

    @Option(help: "Whether users who exist are bad lines, or are changed.")
    var mode = Mode.create

    @Flag(help: "Make the groups that lines name and that do not exist.")
    var createGroups = false

    @Option(
        name: .customLong("map"),
        help: ArgumentHelp(
            "What a column of a CSV file stands for, such as Login=username; may be repeated.",
            valueName: "column=field"
        ),
        completion: .list(CSVHeading.fieldNames.map { "=" + $0 })
    )
    var maps: [ColumnMap] = []

    @OptionGroup var confirmation: Confirmation
    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func validate() throws {
        // A file that says nothing by its ending may be no file at all, which is looked at first.
        guard maps.isEmpty || (form ?? .csv) == .csv else {
            throw ValidationError(
                "--map is for the columns of CSV. JSON lines have the fields' names."
            )
        }
    }

    func run(on server: Server) async throws {
        let descriptor = file == "-" ? STDIN_FILENO : open(file, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw CommandError(
                .noInput,
                "\(file) cannot be read: \(String(cString: strerror(errno)))."
            )
        }
        defer { if descriptor != STDIN_FILENO { close(descriptor) } }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT != S_IFDIR else {
            let name = file == "-" ? "Standard input" : file
            throw CommandError(.noInput, "\(name) is a folder, and no file.")
        }
        guard let form else {
            throw ValidationError("Say with --from csv or --from jsonl what the file is.")
        }
        let start = lseek(descriptor, 0, SEEK_CUR)
        // On the machine itself nobody is the one that the file may speak of.
        let keeps = mode == .upsert && !dryRun && !confirmation.yes && server.proof != .local
        var report = try await send(
            descriptor,
            form,
            to: server,
            keepingAdministration: keeps,
            canAsk: start >= 0 && onError == .stop
        )
        if report.isOwnDemotionAlone {
            try confirmation.ask(Administration.question(try await server.oneself()))
            lseek(descriptor, start, SEEK_SET)
            report = try await send(descriptor, form, to: server, keepingAdministration: false)
        }
        try report.finish()
    }

    /// Sends the file and hears what becomes of its lines.
    private func send(
        _ descriptor: Int32,
        _ form: UploadParts.Form,
        to server: Server,
        keepingAdministration keeps: Bool,
        canAsk: Bool = false
    ) async throws -> ImportReport {
        let origin = LineOrigin()
        let pieces = UploadParts(
            descriptor: descriptor,
            form: form,
            origin: origin,
            maps: maps
        )
        let showsLines = dryRun || output.quiet
        let path = ServerPath("/muster/v1/users/import").with([
            ("mode", mode.rawValue), ("on_error", onError.rawValue),
            ("dry_run", dryRun ? "true" : nil), ("create_groups", createGroups ? "true" : nil),
            ("keep_administration", keeps ? "true" : nil),
            ("results", showsLines ? "all" : "administrators"),
        ])
        var report = ImportReport(
            origin: origin,
            output: output,
            showsLines: showsLines,
            canAsk: canAsk
        )
        do {
            let answer = try await server.upload(pieces, to: path)
            for try await line in answer.lines { try report.take(line) }
        } catch let failure as NetworkFailure {
            if let refusal = failure.cause as? CommandError { throw refusal }
            throw await CommandError.explaining(failure, at: server.address, isRead: false)
        }
        return report
    }

    /// What the file is, as far as somebody or its ending says so.
    private var form: UploadParts.Form? {
        if let from { return from }
        let ending = file.split(separator: ".").last.map { $0.lowercased() }
        return switch ending {
        case "csv": .csv
        case "jsonl", "ndjson": .jsonl
        default: nil
        }
    }
}

extension UploadParts.Form: ExpressibleByArgument {}

extension Server {
    /// Sends JSON lines and hands over the answer as it begins.
    ///
    /// - Throws: ``CommandError`` where it is no success, and `NetworkFailure`.
    func upload(_ pieces: UploadParts, to path: ServerPath) async throws -> StreamedAnswer {
        var request = request(.post, path)
        request.fields.add(name: "Content-Type", value: "application/x-ndjson")
        return try await success(
            try await transport.stream(request, uploading: pieces, credentials)
        )
    }

    /// An answer that begins well.
    ///
    /// - Throws: ``CommandError`` where it is no success.
    func success(_ answer: StreamedAnswer) async throws -> StreamedAnswer {
        guard answer.status == 200 else { throw await failure(try await answer.collected()) }
        return answer
    }
}
