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
            // The dialects have these words as they are, without the name; a full stop is put behind them here.
            let words = error.message.utf8.dropLast()
            guard
                words.elementsEqual("Duplicate username".utf8)
                    || words.elementsEqual("Duplicate Group name".utf8)
            else { throw error }
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
