import CLibPQ
import MusterCore
import SystemCalls

/// How the engine is waited for: always with a deadline of the program's own, since no time-out of the engine or of TCP
/// ends every wait.
extension PostgresConnection {
    /// Waits until something can be read, or written, too, where something is left to send.
    ///
    /// - Throws: ``PostgresError`` of the kind `connection`; the connection is closed then.
    func wait(toWrite: Bool, until deadline: ContinuousClock.Instant) throws(PostgresError) {
        guard try isReady(toWrite: toWrite, until: deadline) else { throw late() }
    }

    /// Waits as ``wait(toWrite:until:)``, and leaves the connection as it is where that takes too long.
    ///
    /// - Returns: Whether something can be read or written, and was read.
    /// - Throws: ``PostgresError`` of the kind `connection`; the connection is closed then.
    func isReady(
        toWrite: Bool,
        until deadline: ContinuousClock.Instant
    ) throws(PostgresError) -> Bool {
        while true {
            let left = ContinuousClock.now.duration(to: deadline)
            guard left > .zero else { return false }
            var place = pollfd()
            place.fd = PQsocket(pointer)
            place.events = Int16(POLLIN) | (toWrite ? Int16(POLLOUT) : 0)
            let count = poll(&place, 1, Int32(clamping: left.wholeMilliseconds + 1))
            if count > 0 { break }
            // Interrupted by a signal: the time that is left is counted again.
            guard count == 0 || errno == EINTR else { throw lost() }
        }
        guard PQconsumeInput(pointer) == 1 else { throw lost() }
        return true
    }

    /// That no answer came in time; the connection is closed, as what comes later would be the answer to something else.
    func late() -> PostgresError {
        close()
        isGivenUp = true
        return PostgresError(.connection, "no answer came in time", isLate: true)
    }

    /// Hands the kernel all that was put together.
    ///
    /// - Throws: ``PostgresError`` of the kind `connection`.
    func flush(until deadline: ContinuousClock.Instant) throws(PostgresError) {
        while true {
            switch PQflush(pointer) {
            case 0: return
            case 1: try wait(toWrite: true, until: deadline)
            default: throw lost()
            }
        }
    }

    /// The next result; nil if a statement has no more.
    ///
    /// - Throws: ``PostgresError`` of the kind `connection`.
    func nextResult(until deadline: ContinuousClock.Instant) throws(PostgresError) -> OpaquePointer?
    {
        while PQisBusy(pointer) == 1 { try wait(toWrite: false, until: deadline) }
        return PQgetResult(pointer)
    }

    /// That the connection is gone; it is closed, so that nothing more is asked of it.
    func lost() -> PostgresError {
        let message = errorMessage
        close()
        return PostgresError(.connection, message)
    }
}
