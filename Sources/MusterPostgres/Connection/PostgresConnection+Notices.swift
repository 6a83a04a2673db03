import CLibPQ

extension PostgresConnection {
    /// The descriptor that becomes readable when something comes.
    var descriptor: CInt { PQsocket(pointer) }

    /// The engine's process of this connection.
    var backend: CInt { PQbackendPID(pointer) }

    /// Takes what was told on the channels that are listened to.
    ///
    /// - Parameter position: Up to which group of changes whoever listens knows them.
    /// - Returns: Whether a later one was told of, or one without a position, as by a node of an older version.
    /// - Throws: ``PostgresError`` of the kind `connection`.
    func takeNotifications(beyond position: Int64) throws(PostgresError) -> Bool {
        guard isOpen, PQconsumeInput(pointer) == 1 else { throw lost() }
        var isLater = false
        while let told = PQnotifies(pointer) {
            let text = told.pointee.extra.map { String(cString: $0) }
            isLater = isLater || text.flatMap { Int64($0) }.map { $0 > position } ?? true
            PQfreemem(told)
        }
        return isLater
    }
}
