public import ArgumentParser
import FoundationEssentials
public import MusterClient
import SystemCalls

/// `muster users import`.
struct UsersImport: ServerCommand {
    typealias OnError = MusterClient.ImportOptions.OnError
    typealias Mode = MusterClient.ImportOptions.Mode

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
        // With --data-dir no user of the file is the caller.
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
        var options = MusterClient.ImportOptions()
        options.mode = mode
        options.onError = onError
        options.isDryRun = dryRun
        options.createsGroups = createGroups
        options.keepsAdministration = keeps
        options.results = showsLines ? .all : .administrators
        var report = ImportReport(
            origin: origin,
            output: output,
            showsLines: showsLines,
            canAsk: canAsk
        )
        do {
            let outcomes = try await server.client.users.importLines(pieces, options)
            for try await outcome in outcomes { try report.take(outcome) }
        } catch let failure as MusterClientError {
            guard failure.kind == .malformedAnswer, failure.failure == nil else {
                throw await server.explained(failure)
            }
            throw ImportReport.strange
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

extension MusterClient.ImportOptions.OnError: ExpressibleByArgument {}

extension MusterClient.ImportOptions.Mode: ExpressibleByArgument {}
