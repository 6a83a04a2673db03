import LDAPWire
import MusterCore
import Synchronization

/// Takes an answer of LDAP out of a change of the directory, which knows errors of its own alone.
final class LDAPVerdict: Sendable {
    private let refusal = Mutex<LDAPResult?>(nil)

    /// Keeps an answer.
    ///
    /// - Returns: The error to throw in its place.
    func refuse(_ result: LDAPResult) -> MusterError {
        refusal.withLock { $0 = result }
        return MusterError(.inputInvalid, result.text)
    }

    /// Does something inside a change, with answers of LDAP.
    ///
    /// - Throws: ``MusterError``, in the place of an answer that was kept.
    func keeping<Value>(_ body: () throws(LDAPResult) -> Value) throws(MusterError) -> Value {
        do {
            return try body()
        } catch {
            throw refuse(error)
        }
    }

    /// Makes a change, and answers as was kept, or as the directory's error says.
    ///
    /// - Throws: ``LDAPResult``.
    func judging<Value: Sendable>(
        _ body: () async throws(MusterError) -> Value
    ) async throws(LDAPResult) -> Value {
        do {
            return try await body()
        } catch {
            throw refusal.withLock { $0 } ?? LDAPResult(of: error)
        }
    }
}
