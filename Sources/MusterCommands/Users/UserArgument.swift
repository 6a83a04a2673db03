import ArgumentParser
import FoundationEssentials
import MusterClient
import TextBytes

/// A user on the command line: an id, a UUID or a user name; `name:` before a name that reads like one of those.
struct UserArgument: ReferenceArgument {
    /// What a text says by its form.
    enum Form: Equatable {
        /// A number, of digits alone.
        case id
        /// A UUID.
        case uuid(UUID)
        /// A user name.
        case name(String)
    }

    static let noun = "user"

    /// What stands before a user name that reads like something else; no user name has a colon.
    private static let namePrefix = "name:"

    let text: String

    /// What the text says.
    var form: Form {
        let bytes = text.utf8
        if bytes.starts(with: UserArgument.namePrefix.utf8) {
            return .name(String(Substring(bytes.dropFirst(UserArgument.namePrefix.utf8.count))))
        }
        if bytes.allSatisfy({ (0x30...0x39).contains($0) }) { return .id }
        return UUID(uuidString: text).map { .uuid($0) } ?? .name(text)
    }

    /// The user as the paths of the native API name one.
    ///
    /// A name is told apart from what else stands in its place there, such as `import` and `export`.
    var reference: MusterClient.Reference {
        switch form {
        case .id, .uuid: .verbatim(text)
        case .name(let name): .name(name)
        }
    }

    /// What to say if there is no such user.
    var missing: String { "There is no user \(text).\(advice)" }

    /// How to say that the text is a name, where it was not taken for one.
    var advice: String {
        switch form {
        case .id, .uuid: " If that is a user name, say \(UserArgument.namePrefix)\(text)."
        case .name: ""
        }
    }

    /// The advice of a sentence that tells of a new name; nil if commands take the name for one.
    static func advice(for name: String) -> String {
        switch UserArgument(text: name).form {
        case .id, .uuid: " To name the user in commands, say \(namePrefix)\(name)."
        case .name: ""
        }
    }
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
    /// - Throws: ``CommandError`` with status `notFound` if there is none.
    func user(_ user: UserArgument) async throws(CommandError) -> AccountRecord {
        try await ask(UserArgument.noun, missing: user.missing) {
            try await $0.users.get(user.reference)
        }
    }

    /// The record of whoever asks.
    ///
    /// - Throws: ``CommandError``.
    func oneself() async throws(CommandError) -> OwnAccountRecord {
        try await ask(UserArgument.noun) { try await $0.users.oneself() }
    }

    /// The record of a user, or of whoever asks, who is named where that is not plain.
    ///
    /// - Parameters:
    ///   - user: The user; nil for whoever asks.
    ///   - isAgain: Whether the same command has asked for it before.
    /// - Returns: The record.
    /// - Throws: ``CommandError``.
    func userOrOneself(
        _ user: UserArgument?,
        again isAgain: Bool = false
    ) async throws(CommandError) -> AccountRecord {
        guard let user else { return try await namedOneself(again: isAgain).account }
        return try await self.user(user)
    }

    /// The record of whoever asks.
    ///
    /// Who works on files has not said as whom, and is told.
    ///
    /// - Throws: ``CommandError``.
    func namedOneself(again isAgain: Bool = false) async throws(CommandError) -> OwnAccountRecord {
        let own = try await oneself()
        if proof == .local, !isAgain {
            CommandFailure.note("This is about \(own.label), as whom --data-dir works.")
        }
        return own
    }
}
