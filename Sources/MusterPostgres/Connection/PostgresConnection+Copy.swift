import CLibPQ
import MusterSQL

extension PostgresConnection {
    /// How long is waited before it is asked again whether somebody still wants what comes.
    private static let slice = Duration.milliseconds(100)

    /// Runs a `COPY … TO STDOUT`, which has no place in a pipeline, and hands over what comes, piece by piece, as it comes.
    ///
    /// Where that is not taken to its end the connection is closed: whatever the engine still sends would be in the way.
    ///
    /// - Parameters:
    ///   - text: The statement. Each piece is waited for as long as ``patience`` says.
    ///   - isOver: Whether nobody wants it any more.
    ///   - body: Handed each piece.
    /// - Throws: ``PostgresError``, of the kind `connection` where it is over; or what `body` throws.
    func copyOut(
        _ text: StatementText,
        unless isOver: () -> Bool,
        _ body: (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        try settle()
        guard PQexitPipelineMode(pointer) == 1, PQsendQuery(pointer, text.sql) == 1 else {
            throw lost()
        }
        do {
            try flush(until: .now.advanced(by: patience))
            try takeCopy(unless: isOver, body)
        } catch {
            if failure == nil { close() }
            throw error
        }
    }

    private func takeCopy(
        unless isOver: () -> Bool,
        _ body: (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        while PQisBusy(pointer) == 1 { try waitForPiece(unless: isOver) }
        if let result = PQgetResult(pointer) {
            defer { PQclear(result) }
            if PQresultStatus(result) == PGRES_COPY_OUT {
                try takePieces(unless: isOver, body)
            } else {
                note(result)
            }
        }
        // What became of it comes after the last piece.
        let deadline = ContinuousClock.now.advanced(by: patience)
        while let result = try nextResult(until: deadline) {
            defer { PQclear(result) }
            note(result)
        }
        guard isOpen, PQenterPipelineMode(pointer) == 1 else { throw lost() }
        if let failure { throw failure }
    }

    private func takePieces(
        unless isOver: () -> Bool,
        _ body: (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        while true {
            var piece: UnsafeMutablePointer<CChar>?
            let count = PQgetCopyData(pointer, &piece, 1)
            defer { PQfreemem(piece) }
            switch count {
            case 0: try waitForPiece(unless: isOver)
            case -1: return
            case ..<0: throw lost()
            default: try body(UnsafeRawBufferPointer(start: piece, count: Int(count)))
            }
        }
    }

    private func waitForPiece(unless isOver: () -> Bool) throws {
        let deadline = ContinuousClock.now.advanced(by: patience)
        while !isOver() {
            let end = min(deadline, .now.advanced(by: PostgresConnection.slice))
            if try isReady(toWrite: false, until: end) { return }
            if end == deadline { throw late() }
        }
        throw PostgresError(.connection, "nobody wants the rows any more")
    }
}
