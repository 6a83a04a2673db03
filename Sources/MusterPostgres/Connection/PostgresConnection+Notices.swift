import CLibPQ

extension PostgresConnection {
    /// The descriptor that becomes readable when something comes.
    var descriptor: CInt { PQsocket(pointer) }

    /// The engine's process of this connection.
    var backend: CInt { PQbackendPID(pointer) }

    /// Takes what was told on the channels that are listened to.
    ///
    /// - Returns: Whether anything was.
    /// - Throws: ``PostgresError`` of the kind `connection`.
    func takeNotifications() throws(PostgresError) -> Bool {
        guard isOpen, PQconsumeInput(pointer) == 1 else { throw lost() }
        var isAny = false
        while let told = PQnotifies(pointer) {
            PQfreemem(told)
            isAny = true
        }
        return isAny
    }
}
