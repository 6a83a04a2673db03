import ArgumentParser
import WireJSON

/// A user on the command line: an id, a UUID or a user name.
struct UserArgument: ExpressibleByArgument {
    /// The text, as it was typed.
    let text: String

    init?(argument: String) {
        guard !argument.isEmpty else { return nil }
        text = argument
    }

    /// What to say where there is no such user.
    var missing: String { "There is no user \(text)." }
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
            throw CommandError(.protocolMismatch, "The answer of \(address) holds no user.")
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
