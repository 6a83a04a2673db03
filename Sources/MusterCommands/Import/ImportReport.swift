import ArgumentParser
import ClientTransport
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
    private var lastLine: JSONObject?

    init(origin: LineOrigin, output: OutputOptions, showsLines: Bool, canAsk: Bool) {
        self.origin = origin
        self.output = output
        self.showsLines = showsLines
        self.canAsk = canAsk
        list = output.list(.importedLine)
    }

    /// Takes one line of the answer.
    ///
    /// - Throws: ``CommandError`` where it is none, or the output cannot be written.
    mutating func take(_ line: [UInt8]) throws {
        guard case .object(let object)? = try? JSONValue(parsing: line) else {
            throw CommandError(
                .protocolMismatch,
                "The answer is not what a Muster server says. Check the address, and look which users there are."
            )
        }
        if let checked = object.integer("checked") {
            progress.show("\(checked) lines looked at")
        } else if let done = object.integer("progress") {
            progress.show("\(done) users dealt with")
        } else if object["done"] != nil {
            lastLine = object
        } else if object["error"] != nil {
            progress.clear()
            if canAsk, ImportReport.isOwnDemotion(object) {
                ownDemotion = sentence(object)
            } else {
                CommandFailure.tell(sentence(object))
            }
        } else if showsLines {
            try show(object)
        } else {
            progress.clear()
            try Administration.tell(object, beside: output)
        }
    }

    /// Whether nothing was taken for the sake of the line alone that takes the administration from oneself.
    var isOwnDemotionAlone: Bool {
        ownDemotion != nil && lastLine?.integer("failed") == 1
            && lastLine?.text("error.code") == "import.stopped"
    }

    private static func isOwnDemotion(_ object: JSONObject) -> Bool {
        // Hosts that would shut out who imports have the same code, and no answer helps there.
        guard object.text("error.code") == "access.own_account",
            let field = object.text("error.field")
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
        guard let lastLine else {
            throw CommandError(
                .unavailable,
                "The answer broke off. Users up to some line were taken; export or look before you try again."
            )
        }
        if showsLines { try list.finish() }
        if output.format == .json, !showsLines, !output.quiet {
            try Console.standard.write(JSONText.indented(.object(lastLine)) + "\n")
        } else if output.format == .table, !output.quiet {
            try Console.standard.write(summary(lastLine) + "\n")
        }
        if let code = lastLine.text("error.code") {
            throw CommandError(status(code), lastLine.text("error.message") ?? "")
        }
        guard lastLine.integer("failed") == 0 else { throw CommandError(.badInput, "") }
    }

    private mutating func show(_ object: JSONObject) throws {
        let number = Int(object.integer("line") ?? 0)
        shown.append(
            JSONObject(
                object.members.map { member in
                    member.name.hasSameBytes(as: "line")
                        ? ("line", .integer(Int64(origin.line(ofSent: number)))) : member
                }
            )
        )
        if shown.count >= 500 { try flush() }
    }

    private mutating func flush() throws {
        guard !shown.isEmpty else { return }
        progress.clear()
        try list.append(shown)
        shown = []
    }

    private func sentence(_ object: JSONObject) -> String {
        let number = Int(object.integer("line") ?? 0)
        let place = "line \(origin.line(ofSent: number))"
        if let fault = origin.fault(ofSent: number) { return "\(place): \(fault)." }
        let message = object.text("error.message") ?? ""
        guard let field = object.text("error.field") else { return "\(place): \(message)" }
        let column = origin.column(of: field)
        // The server knows the field's name only; whoever reads this looks at the file.
        let quoted = "\"\(field)\""
        let isQuoted = message.utf8.starts(with: quoted.utf8)
        let told = isQuoted ? "\"\(column)\"" + message.dropFirst(quoted.count) : message
        return "\(place), \(column): \(told)"
    }

    private func summary(_ object: JSONObject) -> String {
        let isDry = object.flag("dry_run")
        func part(_ verb: String, _ name: String) -> String {
            "\(verb) \(object.integer(name) ?? 0)"
        }
        return [
            part(isDry ? "Would create" : "Created", "created"),
            part(isDry ? "would change" : "changed", "updated"),
            part("already as they should be", "unchanged"),
            part(isDry ? "would fail" : "failed", "failed"),
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
