import CLibPQ
import MusterSQL

extension PostgresConnection {
    /// Lends values to libpq in the form in which it takes them, for the time of a call.
    static func withValues<Result>(
        _ arguments: [(any SQLArgument)?],
        _ body: (
            Int32, UnsafePointer<UnsafePointer<CChar>?>?, UnsafePointer<Int32>?,
            UnsafePointer<Int32>?
        ) -> Result
    ) -> Result {
        guard !arguments.isEmpty else { return body(0, nil, nil, nil) }
        var bytes: [UInt8] = []
        var starts: [Int?] = []
        var lengths: [Int32] = []
        for argument in arguments {
            guard let value = argument?.sqlValue else {
                starts.append(nil)
                lengths.append(0)
                continue
            }
            starts.append(bytes.count)
            lengths.append(Int32(value.append(to: &bytes)))
        }
        // An empty value has an address, too; without one it would be NULL.
        bytes.append(0)
        let formats = [Int32](repeating: 1, count: arguments.count)
        return bytes.withUnsafeBytes { kept in
            let base = kept.baseAddress?.assumingMemoryBound(to: CChar.self)
            let values = starts.map { start in start.flatMap { base?.advanced(by: $0) } }
            return body(Int32(arguments.count), values, lengths, formats)
        }
    }

    /// Runs statements that have no values, one after the other, as a migration has them.
    ///
    /// - Throws: ``PostgresError``.
    func runScript(_ text: StatementText) throws {
        try settle()
        guard PQexitPipelineMode(pointer) == 1, PQsendQuery(pointer, text.sql) == 1 else {
            throw lost()
        }
        let deadline = ContinuousClock.now.advanced(by: patience)
        try flush(until: deadline)
        var wrong: PostgresError?
        while let result = try nextResult(until: deadline) {
            defer { PQclear(result) }
            guard PQresultStatus(result) == PGRES_FATAL_ERROR else { continue }
            let state = clibpq_sqlstate(result).map { String(cString: $0) }
            let said = clibpq_primary_message(result).map { String(cString: $0) } ?? errorMessage
            wrong = wrong ?? PostgresError(isOpen ? .statement : .connection, state: state, said)
        }
        guard PQenterPipelineMode(pointer) == 1 else { throw lost() }
        failure = wrong
        if let wrong { throw wrong }
    }

    /// Reads all rows of a statement.
    ///
    /// - Throws: ``PostgresError``, or what `decode` throws.
    func rows<Value>(
        _ text: StatementText,
        _ arguments: [(any SQLArgument)?] = [],
        _ decode: (PostgresRow) throws -> Value
    ) throws -> [Value] {
        try send(text, arguments)
        var values: [Value] = []
        try settle(last: 1) { values = try PostgresConnection.values(in: $0, decode) }
        return values
    }

    /// Reads all rows of several statements, which are sent together and answered in one trip.
    ///
    /// - Throws: ``PostgresError``, or what `take` throws.
    func together(
        _ asked: [(text: StatementText, arguments: [(any SQLArgument)?])],
        _ take: (Int, PostgresRow) throws -> Void
    ) throws {
        // One more than there are, so that the last one still finds room for itself.
        try makeRoom(for: asked.count + 1)
        try prepare(asked.map(\.text))
        for (text, arguments) in asked { try send(text, arguments) }
        var place = 0
        try settle(last: asked.count) { result in
            _ = try PostgresConnection.values(in: result) { try take(place, $0) }
            place += 1
        }
    }

    /// Runs a statement and tells how many rows it has changed.
    ///
    /// - Throws: ``PostgresError``.
    func change(
        _ text: StatementText,
        _ arguments: [(any SQLArgument)?]
    ) throws -> Int {
        noteWrite()
        try send(text, arguments)
        var count = 0
        try settle(last: 1) { count = PQcmdTuples($0).flatMap { Int(String(cString: $0)) } ?? 0 }
        return count
    }

    static func values<Value>(
        in result: OpaquePointer,
        _ decode: (PostgresRow) throws -> Value
    ) throws -> [Value] {
        let fault = ColumnFault()
        let values = try (0..<PQntuples(result)).map { number in
            try decode(PostgresRow(result: result, number: number, fault: fault))
        }
        if let message = fault.message { throw PostgresError(.answer, message) }
        return values
    }
}
