import MusterCore
import TextBytes

/// The server that a command talks to, and as whom: decided from the command line, the environment and the
/// profiles.
struct Destination: Sendable {
    /// Where the credentials come from, for sentences.
    enum Proof: Sendable, Equatable {
        /// There are none.
        case none
        /// A profile of this name.
        case profile(String)
        /// Variables of these names.
        case environment(String)
        /// Whoever sits at the terminal has typed them.
        case typed
        /// The files of the directory are here, and so is whoever may read them.
        case local

        /// The command that logs in.
        func login(at address: String) -> String {
            var command = "muster login"
            if address != Destination.standardURL { command += " --url \(address)" }
            return command + option
        }

        /// The option that names the same profile in another command; empty if it is the usual one, or none.
        var option: String {
            guard case .profile(let name) = self, name != Profile.standardName else { return "" }
            return " --profile \(name)"
        }
    }

    /// What was asked for on the command line.
    struct Choice: Sendable {
        var url: String?
        var profile: String?
        var authority: String?
        var allowsPlaintext = false
        /// Whether the profile that is named is about to be made.
        var makesProfile = false
    }

    /// Where a server listens that was told nothing else.
    static let standardURL = "http://127.0.0.1:8834"

    /// All variables that are read here.
    static let variables: Set = [
        "MUSTER_URL", "MUSTER_PROFILE", "MUSTER_CA", "MUSTER_ALLOW_PLAINTEXT", "MUSTER_TOKEN",
        "MUSTER_ACCESS_KEY", "MUSTER_SECRET_KEY",
    ]

    let url: String
    let authority: String?
    /// Whether `http://` may be used with another machine.
    let allowsPlaintext: Bool
    let credentials: Credentials?
    let proof: Proof
    /// The name under which a login is kept.
    let profileName: String

    /// Decides.
    ///
    /// What the command line says goes before what the environment says, and that before the profile. The
    /// credentials of a profile go to that profile's address and to no other.
    ///
    /// - Parameters:
    ///   - choice: What was asked for on the command line.
    ///   - environment: The environment's variables.
    ///   - profiles: Reads the profiles; not called where they do not matter.
    /// - Throws: ``CommandError`` where what was asked for contradicts itself or is not there.
    init(
        _ choice: Choice,
        environment: [String: String],
        profiles: () throws(CommandError) -> ProfileSet
    ) throws(CommandError) {
        let environment = environment.filter { !$0.value.isEmpty }
        let named = choice.profile ?? environment["MUSTER_PROFILE"]
        profileName = named ?? Profile.standardName
        guard Profile.isName(profileName) else {
            throw CommandError(
                .usage,
                "A profile's name has at most 64 of A-Z a-z 0-9 . _ -, not \(profileName.quoted(60))."
            )
        }
        // A profile named in this very command is meant, whatever the environment holds.
        let variables =
            choice.profile == nil ? try Destination.credentials(in: environment) : nil
        var variableURL = choice.profile == nil ? environment["MUSTER_URL"] : nil
        var profile: Profile?
        if variables == nil || (choice.url ?? variableURL) == nil {
            profile = try profiles()[profileName]
        }
        if choice.makesProfile, profile == nil {
            variableURL = environment["MUSTER_URL"]
        } else if let named = choice.profile, profile == nil, choice.url == nil {
            throw CommandError(
                .configuration,
                "There is no profile \(named). Run: muster login --profile \(named) --url URL"
            )
        }
        let url = choice.url ?? variableURL ?? profile?.url ?? Destination.standardURL
        self.url = url
        authority = choice.authority ?? environment["MUSTER_CA"] ?? profile?.authority
        let isOfProfile = profile.map { Destination.isSame($0.url, url) } ?? false
        allowsPlaintext =
            choice.allowsPlaintext || environment["MUSTER_ALLOW_PLAINTEXT"] == "1"
            || (isOfProfile && profile?.allowsPlaintext == true)
        if let variables {
            (credentials, proof) = (variables.credentials, .environment(variables.names))
        } else if let profile, isOfProfile {
            (credentials, proof) = (profile.credentials, .profile(profileName))
        } else {
            (credentials, proof) = (nil, .none)
        }
    }

    /// The credentials in the environment, and the names of their variables; nil if there are none.
    ///
    /// - Throws: ``CommandError`` where they are half a pair, or two.
    static func credentials(
        in environment: [String: String]
    ) throws(CommandError) -> (credentials: Credentials, names: String)? {
        let token = environment["MUSTER_TOKEN"]
        let access = environment["MUSTER_ACCESS_KEY"]
        let secret = environment["MUSTER_SECRET_KEY"]
        switch (token, access, secret) {
        case (nil, nil, nil):
            return nil
        case (let token?, nil, nil):
            return (.session(token: Secret(token)), "MUSTER_TOKEN")
        case (nil, let access?, let secret?):
            return (
                .apiKeys(accessKey: access, secretKey: Secret(secret)),
                "MUSTER_ACCESS_KEY and MUSTER_SECRET_KEY"
            )
        default:
            throw CommandError(
                .configuration,
                "Set MUSTER_TOKEN, or both MUSTER_ACCESS_KEY and MUSTER_SECRET_KEY, and nothing else."
            )
        }
    }

    /// Whether two addresses are one, but for a slash at the end.
    private static func isSame(_ one: String, _ other: String) -> Bool {
        func bare(_ url: String) -> Substring {
            var url = url[...]
            while url.last == "/" { url = url.dropLast() }
            return url
        }
        return bare(one) == bare(other)
    }
}
