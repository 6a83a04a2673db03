import WireJSON

/// One thing that `muster check` has to say.
struct Finding: Sendable, Equatable {
    /// How bad it is.
    enum Severity: String, Sendable, Comparable {
        /// It is as it should be.
        case ok
        /// It is less safe than it could be.
        case warning
        /// It is broken, or open to others.
        case error

        static func < (left: Severity, right: Severity) -> Bool {
            left.rank < right.rank
        }

        private var rank: Int {
            switch self {
            case .ok: 0
            case .warning: 1
            case .error: 2
            }
        }
    }

    /// The parts of an installation.
    enum Part: String, Sendable {
        case settings
        case files
        case database
        case administrators
        case factors
        case backup
        case server
        case delivery
    }

    let severity: Severity
    /// Which part.
    let part: Part
    /// What was found, and what to do, in sentences.
    let text: String

    init(_ severity: Severity, _ part: Part, _ text: String) {
        self.severity = severity
        self.part = part
        self.text = text
    }

    /// The finding for programs.
    var record: JSONObject {
        JSONObject([
            ("severity", .string(severity.rawValue)), ("part", .string(part.rawValue)),
            ("finding", .string(text)),
        ])
    }
}

extension [Finding] {
    /// The findings of a part, or that it is as it should be.
    func orFine(_ part: Finding.Part, _ text: String) -> [Finding] {
        isEmpty ? [Finding(.ok, part, text)] : self
    }
}

extension RecordLayout {
    /// A finding.
    static let finding = RecordLayout(
        "findings",
        id: "finding",
        columns: [
            Column("Severity") { finding in
                let severity = finding.text("severity") ?? ""
                return Table.Cell(severity, tint(severity))
            },
            Column("Part", "part"), Column("Finding", "finding"),
        ],
        fields: ["severity", "part", "finding"],
        overflow: .wrap
    )

    private static func tint(_ severity: String) -> TextStyle? {
        switch Finding.Severity(rawValue: severity) {
        case .ok: .good
        case .warning: .notable
        case .error: .bad
        case nil: nil
        }
    }
}
