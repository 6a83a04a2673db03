import WireJSON

extension Server {
    /// Changes fields of a user.
    ///
    /// - Throws: ``CommandError``.
    func change(
        _ user: UserArgument,
        _ members: @escaping (inout JSONWriter) -> Void
    ) async throws(CommandError) -> JSONObject {
        try await ask(
            .patch,
            ServerPath("/muster/v1/users/{}", user.text),
            missing: user.missing,
            members
        )
    }

    /// Does one thing to each of several users, or sessions, and tells of each when it is done.
    ///
    /// - Throws: What `work` throws, for the first of them.
    func each<User>(
        _ users: [User],
        _ verb: String,
        ending end: String = "",
        _ output: OutputOptions,
        _ layout: RecordLayout = .user,
        _ work: (User) async throws(CommandError) -> JSONObject
    ) async throws {
        var list = output.list(layout)
        let tellsEach = output.format == .table && !output.quiet
        for user in users {
            let record = try await work(user)
            if tellsEach {
                try output.done("\(verb) \(record.label())\(end).", record, layout)
            } else {
                try list.append([record])
            }
        }
        if !tellsEach { try list.finish() }
    }
}
