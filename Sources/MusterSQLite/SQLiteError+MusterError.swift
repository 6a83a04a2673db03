import CSQLiteSetup
import MusterCore

/// Runs database work and turns what it throws into the directory's own error.
///
/// The only such place.
@inline(__always)
func translating<Result>(_ body: () throws -> Result) throws(MusterError) -> Result {
    do {
        return try body()
    } catch let error as MusterError {
        throw error
    } catch {
        throw MusterError(
            .storeUnavailable,
            refusal(for: error),
            cause: Trouble(error) ?? error
        )
    }
}

private func refusal(for error: any Error) -> String {
    switch Trouble(error) {
    case .damage:
        "The database is damaged. Its operator has to run muster check and to restore a backup."
    case .disk: "The directory cannot be written: its disk is full or fails."
    case .readOnly: "The directory cannot be written: its database is read-only."
    default: "The directory cannot be read or written at present."
    }
}

extension Trouble {
    /// What SQLite says is wrong (https://www.sqlite.org/rescode.html); nil if it is nothing of that kind.
    init?(_ error: any Error) {
        guard let error = error as? SQLiteError else { return nil }
        if error.extendedCode == SQLiteError.shortRead {
            self = .damage
            return
        }
        switch error.code {
        case SQLITE_CORRUPT, SQLITE_NOTADB: self = .damage
        case SQLITE_FULL, SQLITE_IOERR: self = .disk
        case SQLITE_READONLY: self = .readOnly
        default: return nil
        }
    }
}
