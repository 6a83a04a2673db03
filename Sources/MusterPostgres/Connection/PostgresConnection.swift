import CLibPQ
import MusterCore
import MusterSQL

/// A connection to the engine, and the statements that were prepared on it.
///
/// It stays on the thread that made it. Statements go out in libpq's pipeline mode: what needs no answer waits for what does
/// (https://www.postgresql.org/docs/15/libpq-pipeline-mode.html).
final class PostgresConnection {
    /// From how many prepared statements on all are let go.
    private static let statementLimit = 512
    /// How many statements are sent before their results are taken, so that neither side holds too much.
    private static let burst = 512

    private(set) var pointer: OpaquePointer?
    private let warnings: UnsafeMutablePointer<Int32>
    private var names: [StatementText: String] = [:]
    /// How many answers are still to come.
    private var expected = 0
    private var made = 0
    /// What takes results that nobody waits for by themselves, by the places of their statements among those that are expected.
    private var takers: [Int: (OpaquePointer) throws -> Void] = [:]
    /// Rows that are added and not sent yet.
    private var additions = PendingAdditions()
    /// What has failed in the present transaction first; nothing more will be done in it.
    var failure: PostgresError?
    /// Whether something was sent that may have written, since whoever asks has said no; see ``noteWrite(onlyAdding:)``.
    var hasWritten = false
    /// What the changes of the present group know together; nil if none is made.
    var memory: GroupMemory?
    /// Whether the last group has made users, as the next one is likely to.
    var makesUsers = false
    /// The number of the sequence from which users have theirs, once it was looked for.
    var sequence: Int64?
    /// How often answers were waited for: each time is a trip to the engine and back.
    private(set) var trips = 0
    /// How long one answer is waited for.
    var patience = Duration.seconds(5)
    /// How long all of them may be waited for in vain, in the present group; nil if none is made.
    var budget: WaitBudget?
    /// The place in the address of the server that it leads to.
    private(set) var place = 0
    /// Which server that is; nil before its settings are made, and where the server cannot say.
    var server: ServerIdentity?
    /// Whether it was closed because no answer came in time.
    var isGivenUp = false

    /// Opens a connection, to the first server of the address that will do.
    ///
    /// - Parameters:
    ///   - address: The servers.
    ///   - first: The place of the one that is tried first; the others are in their order, as if the first came after the last.
    /// - Throws: ``PostgresError`` of the kind `connection`, with what each of them has said.
    init(_ address: PostgresAddress, from first: Int = 0) throws(PostgresError) {
        warnings = .allocate(capacity: 1)
        warnings.initialize(to: 0)
        var refusals: [String] = []
        for offset in address.servers.indices {
            place = (first + offset) % address.servers.count
            let server = address.servers[place]
            pointer = address.withOptions(for: server) { PQconnectdbParams($0, $1, 0) }
            guard !isOpen else { break }
            refusals.append(errorMessage)
            close()
        }
        guard isOpen else {
            throw PostgresError(.connection, refusals.joined(separator: " "))
        }
        clibpq_count_warnings(pointer, warnings)
        guard PQsetnonblocking(pointer, 1) == 0, PQenterPipelineMode(pointer) == 1 else {
            throw lost()
        }
    }

    deinit {
        close()
        warnings.deallocate()
    }

    /// Whether statements can be sent.
    var isOpen: Bool { pointer != nil && PQstatus(pointer) == CONNECTION_OK }

    /// Whether a transaction was begun that has not ended, by the last answers that were waited for.
    var isInTransaction: Bool { pointer != nil && PQtransactionStatus(pointer) != PQTRANS_IDLE }

    /// How many warnings the engine has sent.
    var warningCount: Int { Int(warnings.pointee) }

    /// What libpq says went wrong, in one line.
    var errorMessage: String {
        let text = PQerrorMessage(pointer).map { String(cString: $0) } ?? "the connection is closed"
        // Older versions begin what they ask behind it with a tabulator.
        return text.split { $0 == "\n" || $0 == "\t" }.joined(separator: " ")
    }

    /// Closes the connection.
    ///
    /// What the engine was doing may go on there.
    func close() {
        if let pointer { PQfinish(pointer) }
        pointer = nil
        names = [:]
        expected = 0
        takers = [:]
        forgetAdditions()
    }

    /// Sends a statement whose answer nobody waits for now.
    ///
    /// What goes wrong with it is found by the next one that is waited for, and by ``settle()``.
    ///
    /// - Throws: ``PostgresError``.
    func send(
        _ text: StatementText,
        _ arguments: [(any SQLArgument)?] = []
    ) throws(PostgresError) {
        if let failure { throw failure }
        guard isOpen else { throw PostgresError(.connection, "the connection is closed") }
        try makeRoom(for: 1)
        try post(text, arguments)
    }

    /// Sends a statement whose result is taken when the next answers are waited for.
    ///
    /// - Throws: ``PostgresError``.
    func send(
        _ text: StatementText,
        _ arguments: [(any SQLArgument)?],
        taking take: @escaping (OpaquePointer) throws -> Void
    ) throws(PostgresError) {
        try send(text, arguments)
        takers[expected] = take
    }

    /// Adds a row, which goes out with others of its kind, at the latest ahead of whatever is sent or waited for next.
    ///
    /// What goes wrong with it is found as by ``send(_:_:)``.
    ///
    /// - Throws: ``PostgresError``.
    func add(
        _ row: [(any SQLArgument)?],
        by insertion: PostgresInsertion
    ) throws(PostgresError) {
        if let failure { throw failure }
        guard isOpen else { throw PostgresError(.connection, "the connection is closed") }
        if additions.add(row, by: insertion) { try sendAdditions() }
    }

    /// Lets go of rows that are not sent, where what they belong to is taken back.
    func forgetAdditions() { additions = PendingAdditions() }

    private func sendAdditions() throws(PostgresError) {
        let pending = additions.all
        guard !pending.isEmpty else { return }
        forgetAdditions()
        // Nothing more is done in a transaction that has failed.
        guard failure == nil, isOpen else { return }
        for (insertion, rows) in pending {
            let (text, arguments) = insertion.statement(for: rows)
            if !hasRoom(for: 1) { try settle() }
            try post(text, arguments)
            guard let keep = insertion.keep, let memory else { continue }
            takers[expected] = { try keep(memory, $0) }
        }
    }

    private func post(
        _ text: StatementText,
        _ arguments: [(any SQLArgument)?]
    ) throws(PostgresError) {
        let name = try prepared(text)
        let sent = PostgresConnection.withValues(arguments) { count, values, lengths, formats in
            PQsendQueryPrepared(pointer, name, count, values, lengths, formats, 1)
        }
        guard sent == 1 else { throw lost() }
        expected += 1
    }

    /// Notes that something is sent that may write, after which what was read before may not be so any more.
    ///
    /// - Parameter onlyAdding: Whether it adds rows and does nothing to those that are there, so that what was read is as it was.
    func noteWrite(onlyAdding: Bool = false) {
        hasWritten = true
        if !onlyAdding { memory?.forgetReads() }
    }

    /// Waits for the answers to all that was sent.
    ///
    /// - Throws: ``PostgresError``: the first that went wrong since the last time.
    func settle() throws(PostgresError) {
        _ = try collect(last: 0) { _ in }
    }

    /// Waits for the answers to all that was sent.
    ///
    /// - Parameters:
    ///   - count: How many of the statements that were sent last have a result that is wanted.
    ///   - body: Handed their results.
    /// - Throws: ``PostgresError``: the first that went wrong since the last time; or what `body` throws.
    func settle(last count: Int, _ body: (OpaquePointer) throws -> Void) throws {
        if let refusal = try collect(last: count, body) { throw refusal }
    }

    /// Takes all answers, and returns what `body` has thrown.
    private func collect(
        last count: Int,
        _ body: (OpaquePointer) throws -> Void
    ) throws(PostgresError) -> (any Error)? {
        try sendAdditions()
        guard expected > 0 else {
            if let failure { throw failure }
            return nil
        }
        let begun = ContinuousClock.now
        let wait = budget.map { min(patience, $0.left) } ?? patience
        do throws(PostgresError) {
            return try collect(last: count, until: begun.advanced(by: wait), body)
        } catch {
            budget?.spend(since: begun)
            throw error
        }
    }

    private func collect(
        last count: Int,
        until deadline: ContinuousClock.Instant,
        _ body: (OpaquePointer) throws -> Void
    ) throws(PostgresError) -> (any Error)? {
        guard PQpipelineSync(pointer) == 1 else { throw lost() }
        trips += 1
        try flush(until: deadline)
        let (sent, takers) = (expected, self.takers)
        expected = 0
        self.takers = [:]
        var refusal: (any Error)?
        for place in 1...sent {
            while let result = try nextResult(until: deadline) {
                defer { PQclear(result) }
                note(result)
                guard failure == nil, refusal == nil else { continue }
                // What is wrong with an answer is told once all of them have been taken.
                if place > sent - count {
                    do { try body(result) } catch { refusal = error }
                } else {
                    do { try takers[place]?(result) } catch {
                        failure = error as? PostgresError ?? PostgresError(.answer, "\(error)")
                    }
                }
            }
        }
        try takeSync(until: deadline)
        if let failure { throw failure }
        return refusal
    }

    /// Sends what waits, and takes no answers yet; whoever comes next does.
    ///
    /// - Throws: ``PostgresError`` of the kind `connection`.
    func push() throws(PostgresError) {
        try sendAdditions()
        guard PQsendFlushRequest(pointer) == 1 else { throw lost() }
        try flush(until: .now.advanced(by: patience))
    }

    /// The status of the last statement that is waited for, as `COMMIT`: a commit that fails is answered as if it had gone
    /// well, but for this.
    ///
    /// - Throws: ``PostgresError``.
    func finish(_ text: StatementText) throws -> String {
        try send(text)
        var status = ""
        try settle(last: 1) { status = PQcmdStatus($0).map { String(cString: $0) } ?? "" }
        return status
    }

    /// Has statements prepared that are sent together, of which each has a result that is wanted.
    ///
    /// - Throws: ``PostgresError``.
    func prepare(_ texts: [StatementText]) throws(PostgresError) {
        for text in texts { _ = try prepared(text) }
    }

    /// Sees that as many statements can be prepared and sent before answers have to be taken.
    ///
    /// - Throws: ``PostgresError``.
    func makeRoom(for count: Int) throws(PostgresError) {
        try sendAdditions()
        if !hasRoom(for: count) { try settle() }
    }

    private func hasRoom(for count: Int) -> Bool {
        expected + 2 * count < PostgresConnection.burst
    }

    private func prepared(_ text: StatementText) throws(PostgresError) -> String {
        if let name = names[text] { return name }
        if names.count >= PostgresConnection.statementLimit { try forgetStatements() }
        made += 1
        let name = "s\(made)"
        guard PQsendPrepare(pointer, name, text.numbered, 0, nil) == 1 else { throw lost() }
        expected += 1
        names[text] = name
        return name
    }

    private func forgetStatements() throws(PostgresError) {
        guard PQsendQueryParams(pointer, "DEALLOCATE ALL", 0, nil, nil, nil, nil, 1) == 1 else {
            throw lost()
        }
        expected += 1
        names = [:]
    }

    private func takeSync(until deadline: ContinuousClock.Instant) throws(PostgresError) {
        guard let result = try nextResult(until: deadline) else { throw lost() }
        defer { PQclear(result) }
        guard PQresultStatus(result) == PGRES_PIPELINE_SYNC else { throw lost() }
    }

    /// Remembers what went wrong first.
    func note(_ result: OpaquePointer) {
        switch PQresultStatus(result) {
        case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY: return
        case PGRES_PIPELINE_ABORTED:
            failure = failure ?? PostgresError(.statement, "a statement before this one failed")
        default:
            let state = clibpq_sqlstate(result).map { String(cString: $0) }
            let said = clibpq_primary_message(result).map { String(cString: $0) } ?? errorMessage
            // Where the engine ends a connection there is a code, or none, so that the connection itself is asked, too.
            let isLost = state.map(PostgresError.endings.contains) ?? false
            let kind: PostgresError.Kind =
                isLost || PQstatus(pointer) != CONNECTION_OK ? .connection : .statement
            // A statement that could not be prepared has to be, again; and what was looked for may be gone.
            names = [:]
            sequence = nil
            failure = failure ?? PostgresError(kind, state: state, said)
        }
    }
}
