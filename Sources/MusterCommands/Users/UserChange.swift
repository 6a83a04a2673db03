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
