import MusterClient
import MusterCore
import TextBytes

extension Server {
    /// Changes fields of a user who was looked up.
    ///
    /// By number, so that nobody is changed who got the name meanwhile.
    ///
    /// - Throws: ``CommandError``.
    func change(
        _ record: some NamedUser,
        _ fields: (inout UserBody) -> Void
    ) async throws(CommandError) -> UserRecord {
        try await change(record.reference, missing: record.gone, fields)
    }

    /// Changes fields of a user.
    ///
    /// - Throws: ``CommandError``.
    func change(
        _ user: UserArgument,
        _ fields: (inout UserBody) -> Void
    ) async throws(CommandError) -> UserRecord {
        try await change(user.reference, missing: user.missing, fields)
    }

    private func change(
        _ reference: MusterClient.Reference,
        missing: String,
        _ fields: (inout UserBody) -> Void
    ) async throws(CommandError) -> UserRecord {
        var body = UserBody()
        fields(&body)
        return try await ask(UserArgument.noun, missing: missing) { [body] in
            try await $0.users.change(reference, body)
        }
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
            guard error.isCode(.userAlreadyExists) || error.isCode(.groupAlreadyExists) else {
                throw error
            }
            throw CommandError(error.status, "There is a \(noun) \(name.head()) already.")
        }
    }
}
