public import WireJSON

/// How an import ended: the last line of its answer.
public struct ImportSummaryRecord: Sendable, Equatable {
    /// `done`: whether it came to its end.
    public var isDone: Bool
    /// `dry_run`: whether nothing was to be changed.
    public var isDryRun: Bool
    /// `created`.
    public var created: Int64
    /// `updated`.
    public var updated: Int64
    /// `unchanged`.
    public var unchanged: Int64
    /// `failed`.
    public var failed: Int64
    /// `error`: why it did not come to its end.
    public var error: ErrorRecord?

    /// Builds a record.
    public init(
        isDone: Bool,
        isDryRun: Bool,
        created: Int64,
        updated: Int64,
        unchanged: Int64,
        failed: Int64,
        error: ErrorRecord?
    ) {
        self.isDone = isDone
        self.isDryRun = isDryRun
        self.created = created
        self.updated = updated
        self.unchanged = unchanged
        self.failed = failed
        self.error = error
    }

    /// Writes the record.
    public func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("done", isDone)
            if isDryRun { json.member("dry_run", true) }
            json.member("created", created)
            json.member("updated", updated)
            json.member("unchanged", unchanged)
            json.member("failed", failed)
            error?.writeMember(to: &json)
        }
    }

    /// Reads a record; members that it does not know are passed over.
    ///
    /// - Throws: ``FieldError`` for the first member that is missing or something else.
    public init(_ object: JSONObject) throws(FieldError) {
        let fields = NativeFields(object)
        isDone = try fields.flag("done").required("done")
        isDryRun = try fields.flag("dry_run") ?? false
        created = try fields.number("created").required("created")
        updated = try fields.number("updated").required("updated")
        unchanged = try fields.number("unchanged").required("unchanged")
        failed = try fields.number("failed").required("failed")
        error = fields.has("error") ? try ErrorRecord(in: object).required("error") : nil
    }
}
