import MusterCore
import TextBytes
import WireJSON

extension Server {
    /// Changes fields of a user who was looked up.
    ///
    /// By number, so that nobody is changed who got the name meanwhile.
    ///
    /// - Throws: ``CommandError``.
    func change(
        _ record: JSONObject,
        _ members: @escaping (inout JSONWriter) -> Void
    ) async throws(CommandError) -> JSONObject {
        try await userRecord(
            .patch,
            ServerPath("/muster/v1/users/{}", try userID(of: record)),
            missing: "\(record.label()) is gone already.",
            members
        )
    }

    /// Does what gives a name, and says which name it is where somebody has it.
    ///
    /// - Parameters:
    ///   - name: The name.
    ///   - noun: What is called so.
    ///   - work: Gives it.
    /// - Returns: What `work` returns.
    /// - Throws: What `work` throws.
    static func naming<Result>(
        _ name: String,
        _ noun: String,
        _ work: () async throws -> Result
    ) async throws -> Result {
        do {
            return try await work()
        } catch let error as CommandError {
            guard let told = error.told else { throw error }
            // Groups are made and renamed in the Tenable dialect, where a conflict can be nothing else.
            let isTaken =
                told.code == nil ? error.status == .refused : told.isCode(.userAlreadyExists)
            guard isTaken else { throw error }
            throw CommandError(error.status, "There is a \(noun) \(name.head()) already.")
        }
    }

    /// Changes fields of a user.
    ///
    /// - Throws: ``CommandError``.
    func change(
        _ user: UserArgument,
        _ members: @escaping (inout JSONWriter) -> Void
    ) async throws(CommandError) -> JSONObject {
        try await userRecord(
            .patch,
            ServerPath("/muster/v1/users/{}", user.reference),
            missing: user.missing,
            members
        )
    }
}
