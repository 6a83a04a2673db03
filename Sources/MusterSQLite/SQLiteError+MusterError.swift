import GRDB
import MusterCore

/// Runs database work and turns what it throws into the directory's own error.
///
/// The only such place.
func translating<Result>(_ body: () throws -> Result) throws(MusterError) -> Result {
    do {
        return try body()
    } catch let error as MusterError {
        throw error
    } catch {
        throw MusterError(
            .storeUnavailable,
            "The directory cannot be read or written at present.",
            cause: error
        )
    }
}
