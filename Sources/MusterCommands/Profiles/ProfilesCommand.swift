import ArgumentParser
import MusterCore
import TextBytes
import WireJSON

/// `muster profiles`.
struct ProfilesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "profiles",
        abstract: "The logins that muster login has kept on this machine.",
        discussion: "Example: muster profiles list",
        subcommands: [ProfilesList.self, ProfilesRemove.self]
    )
}

extension RecordLayout {
    /// A profile, without what is secret in it.
    fileprivate static let profile = RecordLayout(
        "profiles",
        id: "name",
        columns: [
            Column("Profile", "name"), Column("Username", "username"), Column("URL", "url"),
            Column("With", "credentials"),
        ],
        fields: ["name", "username", "url", "credentials", "ca"]
    )
}

extension Confirmation {
    /// Asks before API keys are forgotten that may be kept nowhere else.
    ///
    /// - Parameter profiles: The names of the profiles that keep them.
    /// - Throws: ``CommandError`` where the answer is not yes, or nobody is there to answer.
    func askToForget(keysOf profiles: [String]) throws(CommandError) {
        let names = profiles.joined(separator: ", ")
        try ask("Forget the API keys of the profile \(names), which are shown nowhere else?")
    }
}

extension Profile {
    /// Whether it keeps API keys, which stay good and are shown nowhere again.
    var keepsKeys: Bool {
        if case .apiKeys = credentials { true } else { false }
    }

    /// Whether it keeps API keys, and others than these.
    func keepsOtherKeys(than credentials: Credentials) -> Bool {
        guard case .apiKeys(let kept, _) = self.credentials else { return false }
        guard case .apiKeys(let new, _) = credentials else { return true }
        return !kept.hasSameBytes(as: new)
    }

    /// What may be shown of the profile.
    fileprivate func record(named name: String) -> JSONObject {
        let proof =
            switch credentials {
            case .session, .consoleSession: "session"
            case .apiKeys: "api-keys"
            }
        return JSONObject([
            ("name", .string(name)), ("username", .string(username)), ("url", .string(url)),
            ("credentials", .string(proof)), ("ca", authority.map { .string($0) } ?? .null),
        ])
    }
}

/// `muster profiles list`.
struct ProfilesList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the logins that are kept: where and as whom. No server is asked.",
        discussion: "Example: muster profiles list"
    )

    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await CommandFailure.reporting {
            let profiles = try ProfileFile.ofUser.read()
            var list = output.list(.profile)
            try list.append(profiles.names.compactMap { profiles[$0]?.record(named: $0) })
            try list.finish()
        }
    }
}

/// `muster profiles remove`.
struct ProfilesRemove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove",
        abstract: "Forget logins.",
        discussion: """
            Sessions go on until they end by themselves. To end one, use: muster logout. Asks before it forgets API keys, \
            which are shown nowhere else.

            Example: muster profiles remove lab
            """
    )

    @Argument(help: "The profiles, as muster profiles list shows them.")
    var names: [String]

    @OptionGroup var confirmation: Confirmation
    @OptionGroup var output: OutputOptions

    func run() async throws {
        try await CommandFailure.reporting {
            let profiles = try ProfileFile.ofUser.read()
            try Server.requireNone(names.filter { profiles[$0] == nil }, "profile", of: names.count)
            let keyed = names.filter { profiles[$0]?.keepsKeys == true }
            if !keyed.isEmpty { try confirmation.askToForget(keysOf: keyed) }
            let records = names.compactMap { profiles[$0]?.record(named: $0) }
            try ProfileFile.ofUser.update { profiles in
                for name in names { profiles[name] = nil }
            }
            for record in records {
                try output.done(
                    "Forgot the profile \(record.text("name") ?? "").",
                    record,
                    .profile
                )
            }
        }
    }
}
