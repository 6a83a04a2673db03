import MusterCore

/// Runs work of the engine and turns what it throws into the directory's own error.
///
/// The only such place.
func translating<Result>(_ body: () throws -> Result) throws(MusterError) -> Result {
    do {
        return try body()
    } catch {
        throw told(error)
    }
}

/// What callers are told of what the engine has thrown.
func told(_ error: any Error) -> MusterError {
    if let error = error as? MusterError { return error }
    return MusterError(.storeUnavailable, refusal(for: error), cause: Trouble(error) ?? error)
}

private func refusal(for error: any Error) -> String {
    guard let error = error as? PostgresError else {
        return "The directory cannot be read or written at present."
    }
    if error.kind == .connection { return "The directory's database does not answer at present." }
    return switch Trouble(error) {
    case .damage:
        "The database is damaged. Its operator has to look at PostgreSQL's log and to restore a backup."
    case .disk: "The directory cannot be written: the disk of its database is full or fails."
    case .readOnly: "The directory cannot be written: its database is read-only."
    default: "The directory cannot be read or written at present."
    }
}

extension Trouble {
    /// What the engine says is wrong (https://www.postgresql.org/docs/15/errcodes-appendix.html); nil if it is nothing of
    /// that kind.
    init?(_ error: any Error) {
        guard let state = (error as? PostgresError)?.state else { return nil }
        switch state {
        case "53100", "58030": self = .disk
        case "25006": self = .readOnly
        case "XX001", "XX002": self = .damage
        default: return nil
        }
    }
}
