import MusterClient
import MusterCore
import TextBytes
import WireJSON

/// Tells how an import goes, while the server answers.
struct ImportReport {
    let origin: LineOrigin
    let output: OutputOptions
    /// Whether each line's outcome is printed.
    let showsLines: Bool
    /// Whether the import can be sent once more, so that a line that only needs a yes can wait for it.
    let canAsk: Bool

    /// What is said of the line that would take the administration of users from whoever runs the command.
    private var ownDemotion: String?
    private var progress = ProgressLine()
    private var list: RecordList
    private var shown: [JSONObject] = []
    private var summary: ImportSummaryRecord?

    init(origin: LineOrigin, output: OutputOptions, showsLines: Bool, canAsk: Bool) {
        self.origin = origin
        self.output = output
        self.showsLines = showsLines
        self.canAsk = canAsk
        list = output.list(.importedLine)
    }

    /// What to say of an answer that is none of an import.
    static let strange = CommandError(
        .protocolMismatch,
        "The answer is not what a Muster server says. Check the address, and look which users there are."
    )

    /// Takes one line of the answer.
    ///
    /// - Throws: ``CommandError`` where the output cannot be written.
    mutating func take(_ line: ImportAnswerRecord) throws {
        switch line {
        case .checked(let lines): progress.show("\(lines) lines looked at")
        case .progress(let lines): progress.show("\(lines) users dealt with")
        case .finished(let record): summary = record
        case .refused(let number, let error):
            progress.clear()
            let sentence = sentence(Int(number), error)
            if canAsk, ImportReport.isOwnDemotion(error) {
                ownDemotion = sentence
            } else {
                CommandFailure.tell(sentence)
            }
        case .taken(let user) where showsLines: try show(user)
        case .taken(let user):
            progress.clear()
            try Administration.tell(user, beside: output)
        }
    }

    /// Whether nothing was taken for the sake of the line alone that takes the administration from oneself.
    var isOwnDemotionAlone: Bool {
        ownDemotion != nil && summary?.failed == 1
            && summary?.error?.code.hasSameBytes(as: MusterError.Code.importStopped.rawValue)
                == true
    }

    private static func isOwnDemotion(_ error: ErrorRecord) -> Bool {
        // Hosts that would shut out the caller have the same code, and no answer helps there.
        guard error.code.hasSameBytes(as: MusterError.Code.ownAccount.rawValue),
            let field = error.field
        else { return false }
        return ["permissions", "role", "writebm"].contains { $0.hasSameBytes(as: field) }
    }

    /// Tells how it ended.
    ///
    /// - Throws: ``CommandError`` where lines failed, or the answer broke off.
    mutating func finish() throws {
        progress.clear()
        if let ownDemotion { CommandFailure.tell(ownDemotion) }
        try flush()
        guard let summary else {
            throw CommandError(
                .unavailable,
                "The answer broke off. Users up to some line were taken; export or look before you try again."
            )
        }
        if showsLines { try list.finish() }
        if output.format == .json, !showsLines, !output.quiet {
            try Console.standard.write(JSONText.indented(.object(summary.shown)) + "\n")
        } else if output.format == .table, !output.quiet {
            try Console.standard.write(ImportReport.sentence(summary) + "\n")
        }
        if let error = summary.error {
            throw CommandError(status(error.code), error.message)
        }
        guard summary.failed == 0 else { throw CommandError(.badInput, "") }
    }

    private mutating func show(_ user: ImportedUserRecord) throws {
        var user = user
        user.line = Int64(origin.line(ofSent: Int(user.line)))
        shown.append(user.shown)
        if shown.count >= 500 { try flush() }
    }

    private mutating func flush() throws {
        guard !shown.isEmpty else { return }
        progress.clear()
        try list.append(shown)
        shown = []
    }

    private func sentence(_ number: Int, _ error: ErrorRecord) -> String {
        let place = "line \(origin.line(ofSent: number))"
        if let fault = origin.fault(ofSent: number) { return "\(place): \(fault)." }
        let message = error.message
        guard let field = error.field else { return "\(place): \(message)" }
        let column = origin.column(of: field)
        // The server knows the field's name only; whoever reads this looks at the file.
        let told =
            column.hasSameBytes(as: field)
            ? message : error.rule.map { "\"\(column)\" \($0)" } ?? message
        return "\(place), \(column): \(told)"
    }

    private static func sentence(_ summary: ImportSummaryRecord) -> String {
        let isDry = summary.isDryRun
        return [
            "\(isDry ? "Would create" : "Created") \(summary.created)",
            "\(isDry ? "would change" : "changed") \(summary.updated)",
            "already as they should be \(summary.unchanged)",
            "\(isDry ? "would fail" : "failed") \(summary.failed)",
        ].joined(separator: ", ") + "."
    }

    private func status(_ code: String) -> CommandStatus {
        switch ByteText(code) {
        case "import.stopped": .badInput
        case "access.insufficient_scope": .denied
        case "store.unavailable", "server.overloaded": .unavailable
        default: .fault
        }
    }
}

extension RecordLayout {
    /// How a line of an import ended.
    fileprivate static let importedLine = RecordLayout(
        "lines to change anything",
        columns: [
            Column("Line", "line"), Column("Username", "username"), Column("Result", "result"),
            Column("Changes") { Table.Cell(changes($0)) },
        ],
        fields: ["line", "username", "result", "id", CSVField("changes", changes)]
    )

    @Sendable private static func changes(_ object: JSONObject) -> String {
        let changes = object.objects("changes").map {
            "\($0.text("field") ?? "")=\($0.text("value") ?? "")"
        }
        let rights = object.texts("administers_by")
        let administers =
            rights.isEmpty ? [] : ["administers_by=" + rights.joined(separator: ",")]
        return (changes + administers).joined(separator: " ")
    }
}
