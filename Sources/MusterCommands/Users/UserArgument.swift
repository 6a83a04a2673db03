import ArgumentParser
import WireJSON

/// A user on the command line: an id, a UUID or a user name; `name:` before a name that reads like one of those.
struct UserArgument: ReferenceArgument {
    static let noun = "user"

    let text: String
}

/// A user on the command line who may be left out.
struct UserOrOneself: ParsableArguments, Sendable {
    @Argument(
        help:
            "The user: id, UUID or user name (name:NAME if it reads like one); yourself if left out."
    )
    var user: UserArgument?
}

/// Several users on the command line.
struct SeveralUsers: ParsableArguments, Sendable {
    @Argument(help: "The users: ids, UUIDs or user names (name:NAME if one reads like an id).")
    var users: [UserArgument]
}

extension Server {
    /// The record of a user.
    ///
    /// - Throws: ``CommandError`` with status `notFound` where there is none.
    func user(_ user: UserArgument) async throws(CommandError) -> JSONObject {
        try await ask(
            .get,
            ServerPath("/muster/v1/users/{}", user.text),
            missing: user.missing
        )
    }

    /// The number of a user, for the calls that know users by number only.
    ///
    /// - Throws: ``CommandError`` with status `notFound` where there is none.
    func userID(_ user: UserArgument) async throws(CommandError) -> String {
        try userID(of: await self.user(user))
    }

    /// The number in a user's record.
    ///
    /// - Throws: ``CommandError`` with status `protocolMismatch` where there is none.
    func userID(of record: JSONObject) throws(CommandError) -> String {
        guard let id = record.integer("id") else {
            throw CommandError(
                .protocolMismatch,
                "The answer of \(address) holds no user. Check the address."
            )
        }
        return String(id)
    }
}

extension JSONObject {
    /// A user, or something else with a name and a number, in a sentence: `jane@example.com (id 10)`.
    func label(_ name: String = "username") -> String {
        let number = integer("id").map { " (id \($0))" } ?? ""
        return (text(name) ?? text("id") ?? "") + number
    }
}
