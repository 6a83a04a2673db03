import ArgumentParser
import MusterClient
import TextBytes
import WireJSON

/// `muster users auths`.
struct UsersAuths: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "auths",
        abstract: "Which sign-in methods a user may use, and whether it must have a second factor.",
        discussion: "Example: muster users auths set jane@example.com --no-password",
        subcommands: [UsersAuthsShow.self, UsersAuthsSet.self]
    )
}

extension RecordLayout {
    /// The sign-in methods of a user.
    fileprivate static let auths = RecordLayout(
        "sign-in methods",
        columns: [
            Column("Username", "username"), .flag("API keys", "api_permitted"),
            .flag("Password", "password_permitted"), .flag("SAML", "saml_permitted"),
            .flag("Factor required", "two_factor.required"),
        ],
        fields: [
            "id", "username", "api_permitted", "password_permitted", "saml_permitted",
            "two_factor.required",
        ]
    )
}

extension JSONObject {
    /// Some members only.
    func only(_ names: String...) -> JSONObject {
        JSONObject(
            members.filter { member in
                names.contains { $0.hasSameBytes(as: member.name) }
            }
        )
    }
}

/// `muster users auths show`.
struct UsersAuthsShow: ServerCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show which sign-in methods a user may use.",
        discussion: "Example: muster users auths show jane@example.com"
    )

    @Argument(help: "The user: id, UUID or user name.")
    var user: UserArgument

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func run(on server: Server) async throws {
        try output.auths(of: try await server.user(user).shown)
    }
}

/// `muster users auths set`.
struct UsersAuthsSet: ServerCommand {
    static let configuration = CommandConfiguration(
        commandName: "set",
        abstract: "Permit and forbid sign-in methods of a user.",
        discussion: """
            What is not named stays as it is. Forbidding the password ends the user's sessions. Who must have a second \
            factor and has none sets one up before anything else; API keys are not affected.

            Example: muster users auths set jane@example.com --api --no-password
            Example: muster users auths set jane@example.com --second-factor
            """
    )

    @Argument(help: "The user: id, UUID or user name.")
    var user: UserArgument

    @Flag(inversion: .prefixedNo, exclusivity: .exclusive, help: "Whether API keys are permitted.")
    var api: Bool?

    @Flag(
        inversion: .prefixedNo,
        exclusivity: .exclusive,
        help: "Whether the password is permitted."
    )
    var password: Bool?

    @Flag(
        inversion: .prefixedNo,
        exclusivity: .exclusive,
        help: "Whether SAML is permitted; kept, and not asked for here."
    )
    var saml: Bool?

    @Flag(
        inversion: .prefixedNo,
        exclusivity: .exclusive,
        help: "Whether the user must have a second factor (mfa_enrollment_required)."
    )
    var secondFactor: Bool?

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func validate() throws {
        let named = [api, password, saml, secondFactor]
        guard named.contains(where: { $0 != nil }) else {
            throw ValidationError("Say which method, such as --no-password.")
        }
    }

    func run(on server: Server) async throws {
        let changed = try await server.change(user) { body in
            body.isAPIPermitted = api
            body.isPasswordPermitted = password
            body.isSAMLPermitted = saml
            body.isTwoFactorRequired = secondFactor
        }
        try output.auths(of: changed.shown)
    }
}

extension OutputOptions {
    fileprivate func auths(of user: JSONObject) throws {
        let methods = user.only(
            "id",
            "username",
            "api_permitted",
            "password_permitted",
            "saml_permitted",
            "two_factor"
        )
        try show(methods, .auths)
    }
}
