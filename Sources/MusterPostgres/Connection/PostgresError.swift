/// What the engine, or the way to it, has refused.
struct PostgresError: Error {
    /// What kind of failure it was.
    enum Kind: Sendable {
        /// The statement failed, and the connection can be used once its transaction is taken back.
        case statement
        /// The connection is gone, or was closed because no answer came in time.
        case connection
        /// Something came that the program does not understand.
        case answer
    }

    /// Codes with which the engine ends a connection: an administrator's command, a crash, a start that has not ended, and
    /// waits that were too long.
    static let endings: Set<String> = [
        "57P01", "57P02", "57P03", "57P05", "25P03", "08006", "08P01",
    ]

    let kind: Kind
    /// The code of the engine (https://www.postgresql.org/docs/15/errcodes-appendix.html); nil if the connection broke,
    /// as libpq then has none.
    let state: String?
    /// What the engine said, for operators.
    let message: String
    /// Whether the engine was waited for in vain, so that whoever asks again at once waits as long again.
    let isLate: Bool

    init(_ kind: Kind, state: String? = nil, _ message: String, isLate: Bool = false) {
        self.kind = kind
        self.state = state
        self.message = message
        self.isLate = isLate
    }
}

extension PostgresError: CustomStringConvertible {
    var description: String {
        state.map { "PostgreSQL \($0): \(message)" } ?? "PostgreSQL: \(message)"
    }
}
