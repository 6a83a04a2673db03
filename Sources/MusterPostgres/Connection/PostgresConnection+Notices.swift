import CLibPQ

extension PostgresConnection {
    /// The descriptor that becomes readable when something comes.
    var descriptor: CInt { PQsocket(pointer) }

    /// The engine's process of this connection.
    var backend: CInt { PQbackendPID(pointer) }

    /// Takes what was told on the channels that are listened to.
    ///
    /// - Returns: The last group of changes that was told of, the greatest number there is for one without a position, as by a node
    ///   of an older version; nil if there was none.
    /// - Throws: ``PostgresError`` of the kind `connection`.
    func takeNotifications() throws(PostgresError) -> Int64? {
        guard isOpen, PQconsumeInput(pointer) == 1 else { throw lost() }
        var last: Int64?
        while let told = PQnotifies(pointer) {
            let text = told.pointee.extra.map { String(cString: $0) }
            last = max(last ?? .min, text.flatMap { Int64($0) } ?? .max)
            PQfreemem(told)
        }
        return last
    }
}
