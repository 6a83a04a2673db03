import MusterClient

extension Server {
    /// The records of several users, each once, before anything is done to any of them.
    ///
    /// - Throws: ``CommandError`` with status `notFound`, which names all that are not there; nothing was changed.
    func users(_ users: [UserArgument]) async throws(CommandError) -> [AccountRecord] {
        var records: [AccountRecord] = []
        var missing: [UserArgument] = []
        for user in users {
            do throws(CommandError) {
                let record = try await self.user(user)
                let id = record.user.id
                if !records.contains(where: { $0.user.id == id }) { records.append(record) }
            } catch {
                guard error.status == .notFound else { throw error }
                missing.append(user)
            }
        }
        try Server.requireNone(
            missing.map(\.text),
            UserArgument.noun,
            of: users.count,
            advice: missing.map(\.advice).first { !$0.isEmpty } ?? ""
        )
        return records
    }

    /// Refuses a command that names what is not there.
    ///
    /// - Parameters:
    ///   - missing: The names of what is not there.
    ///   - noun: What it should be.
    ///   - count: How many were named.
    ///   - advice: What stands after the sentence.
    /// - Throws: ``CommandError`` with status `notFound`.
    static func requireNone(
        _ missing: [String],
        _ noun: String,
        of count: Int,
        advice: String = ""
    ) throws(CommandError) {
        guard let first = missing.first else { return }
        let names = missing.joined(separator: ", ")
        let sentence =
            missing.count == 1 ? "There is no \(noun) \(first)." : "There are no \(noun)s \(names)."
        let end = count == 1 ? "" : " Nothing was changed."
        throw CommandError(.notFound, sentence + end + advice)
    }

    /// Does one thing to each of several records, and tells of each when it is done.
    ///
    /// One that fails is told of at once and keeps nobody from the others; at the end all of them are named. Where
    /// nothing can go well any more, as without a server, the rest is left alone.
    ///
    /// - Parameters:
    ///   - records: What was looked up before.
    ///   - verb: What was done, to begin the sentence with.
    ///   - end: What stands at the end of the sentence.
    ///   - output: How to print it.
    ///   - layout: What kind of records they are.
    ///   - already: What to say of a record that is so already, with which nothing is done; nil for any other.
    ///   - work: Does it to one of them and returns its record as it is then.
    /// - Throws: What `work` throws, for a single record; otherwise ``CommandError`` with the status of the first
    ///   failure.
    func each<Record: NamedRecord>(
        _ records: [Record],
        _ verb: String,
        ending end: String = "",
        _ output: OutputOptions,
        _ layout: RecordLayout = .user,
        already: (Record) -> String? = { _ in nil },
        _ work: (Record) async throws -> any NamedRecord
    ) async throws {
        var list = output.list(layout)
        let tellsEach = output.format == .table && !output.quiet
        var failures = Failures(count: records.count)
        for record in records {
            let remark = already(record)
            let result: Result<any NamedRecord, any Error> =
                if remark == nil {
                    await Server.result(of: record, work)
                } else {
                    .success(record)
                }
            if case .success = result { failures.doneCount += 1 }
            let failure = Server.failure(of: result) { done in
                if tellsEach {
                    let sentence = remark ?? "\(verb) \(done.label)\(end)."
                    try output.done(sentence, done.shown, layout)
                } else {
                    try list.append([done.shown])
                }
            }
            guard let failure else { continue }
            guard records.count > 1, failure.status != .outputClosed else { throw failure }
            failures.note(failure, record.label)
            if failure.endsAll { break }
        }
        if !tellsEach { try list.finish() }
        try failures.finish()
    }

    /// Of any error: the optimiser of Swift 6.3 ends on a closure that is waited for and throws one type.
    private static func result<Record: NamedRecord>(
        of record: Record,
        _ work: (Record) async throws -> any NamedRecord
    ) async -> Result<any NamedRecord, any Error> {
        do {
            return .success(try await work(record))
        } catch {
            return .failure(error)
        }
    }

    /// Tells of what was done; why it was not, or could not be told.
    private static func failure(
        of result: Result<any NamedRecord, any Error>,
        tell: (any NamedRecord) throws -> Void
    ) -> CommandError? {
        do {
            try tell(try result.get())
            return nil
        } catch {
            return (error as? CommandError) ?? CommandError(.outputFailed, "\(error)")
        }
    }
}
