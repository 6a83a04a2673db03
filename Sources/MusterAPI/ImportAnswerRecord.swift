public import WireJSON

/// One line of the answer to an import.
public enum ImportAnswerRecord: Sendable, Equatable {
    /// `checked`: so many lines have been looked at.
    case checked(Int64)
    /// `progress`: so many lines have been dealt with.
    case progress(Int64)
    /// A line that was taken, or would be.
    case taken(ImportedUserRecord)
    /// A line that was not taken, by its number from 1.
    case refused(line: Int64, ErrorRecord)
    /// The last line.
    case finished(ImportSummaryRecord)

    /// Writes the line, without its end.
    public func write(to json: inout JSONWriter) {
        switch self {
        case .checked(let lines): json.object { $0.member("checked", lines) }
        case .progress(let lines): json.object { $0.member("progress", lines) }
        case .taken(let user): user.write(to: &json)
        case .refused(let line, let error):
            json.object { json in
                json.member("line", line)
                error.writeMember(to: &json)
            }
        case .finished(let summary): summary.write(to: &json)
        }
    }

    /// Reads a line; members that it does not know are passed over.
    ///
    /// - Throws: ``FieldError`` for the first member that is missing or something else.
    public init(_ object: JSONObject) throws(FieldError) {
        let fields = NativeFields(object)
        if let lines = try fields.number("checked") {
            self = .checked(lines)
        } else if let lines = try fields.number("progress") {
            self = .progress(lines)
        } else if fields.has("done") {
            self = .finished(try ImportSummaryRecord(object))
        } else if fields.has("error") {
            self = .refused(
                line: try fields.number("line").required("line"),
                try ErrorRecord(in: object).required("error")
            )
        } else {
            self = .taken(try ImportedUserRecord(object))
        }
    }
}

/// What became of a line of an import that was taken.
public struct ImportedUserRecord: Sendable, Equatable {
    /// `line`: its number, from 1.
    public var line: Int64
    /// `result`: `created`, `updated` or `unchanged`.
    public var result: String
    /// `username`.
    public var username: String
    /// `id`; nil if the user would only be made.
    public var id: Int64?
    /// `administers_by`: which fields let the user administer users; empty for most.
    public var administersBy: [String]
    /// `changes`: what was changed, and to what.
    public var changes: [Change]

    /// A field that was changed.
    public struct Change: Sendable, Equatable {
        /// `field`.
        public var field: String
        /// `value`.
        public var value: String

        /// Builds a change.
        public init(field: String, value: String) {
            self.field = field
            self.value = value
        }
    }

    /// Builds a record.
    public init(
        line: Int64,
        result: String,
        username: String,
        id: Int64?,
        administersBy: [String],
        changes: [Change]
    ) {
        self.line = line
        self.result = result
        self.username = username
        self.id = id
        self.administersBy = administersBy
        self.changes = changes
    }

    /// Writes the record.
    public func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("line", line)
            json.member("result", result)
            json.member("username", username)
            if let id { json.member("id", id) }
            if !administersBy.isEmpty { json.member("administers_by", administersBy) }
            guard !changes.isEmpty else { return }
            json.name("changes")
            json.array { json in
                for change in changes {
                    json.object { json in
                        json.member("field", change.field)
                        json.member("value", change.value)
                    }
                }
            }
        }
    }

    /// Reads a record; members that it does not know are passed over.
    ///
    /// - Throws: ``FieldError`` for the first member that is missing or something else.
    public init(_ object: JSONObject) throws(FieldError) {
        // The name of a group may stand after every change, and a user may be in many.
        let fields = NativeFields(object, upTo: 65_536)
        line = try fields.number("line").required("line")
        result = try fields.text("result").required("result")
        username = try fields.text("username").required("username")
        id = try fields.number("id")
        administersBy = try fields.texts("administers_by") ?? []
        changes = try fields.objects("changes") { (fields) throws(FieldError) in
            Change(
                field: try fields.text("field").required("field"),
                value: try fields.text("value").required("value")
            )
        }
    }
}
