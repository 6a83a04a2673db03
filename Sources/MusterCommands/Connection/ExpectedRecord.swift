import WireJSON

extension Server {
    /// A record in an answer, if it has what every record of its kind has.
    ///
    /// An answer without it is none of Muster's, and must not be shown as somebody who has and may nothing.
    ///
    /// - Parameters:
    ///   - record: The object of the answer.
    ///   - noun: What it should be.
    ///   - names: The members that it has to have.
    /// - Returns: The record.
    /// - Throws: ``CommandError`` with status `protocolMismatch`.
    func expect(
        _ record: JSONObject,
        _ noun: String,
        _ names: String...
    ) throws(CommandError) -> JSONObject {
        guard names.allSatisfy({ !(record[$0]?.isNull ?? true) }) else { throw holdsNone(noun) }
        return record
    }

    /// Asks for the record of a user, or for a change that answers with it.
    ///
    /// - Parameters:
    ///   - method: What is done.
    ///   - path: To what.
    ///   - missing: What to say where the path names nobody; nil says what the server says.
    ///   - members: Writes the members of the body.
    /// - Returns: The record.
    /// - Throws: ``CommandError``.
    func userRecord(
        _ method: Method,
        _ path: ServerPath,
        missing: String? = nil,
        _ members: ((inout JSONWriter) -> Void)? = nil
    ) async throws(CommandError) -> JSONObject {
        try user(in: try await ask(method, path, missing: missing, members))
    }

    /// The record of a user in an answer.
    ///
    /// - Throws: ``CommandError`` with status `protocolMismatch` if there is none.
    func user(in answer: JSONObject) throws(CommandError) -> JSONObject {
        _ = try userID(of: answer)
        return try expect(answer, UserArgument.noun, "username")
    }

    /// What to say of an answer without what was asked for.
    func holdsNone(_ noun: String) -> CommandError {
        CommandError(
            .protocolMismatch,
            "The answer of \(address) holds no \(noun). Check the address."
        )
    }
}

extension JSONValue {
    fileprivate var isNull: Bool {
        if case .null = self { true } else { false }
    }
}
