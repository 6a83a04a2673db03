import ArgumentParser
import ClientTransport
import FoundationEssentials
import MusterCore

/// The options by which a command that needs a running server is told which one, and as whom.
///
/// Credentials are none of them: every user of the machine can read a command line.
struct RemoteOptions: ParsableArguments, Sendable {
    @Option(
        help: ArgumentHelp(
            "The server's address; MUSTER_URL, the profile's or \(Destination.standardURL) if unset.",
            valueName: "url"
        )
    )
    var url: String?

    @Option(
        help: ArgumentHelp(
            "The login to use, as kept by muster login; MUSTER_PROFILE or \(Profile.standardName) if unset.",
            valueName: "name"
        )
    )
    var profile: String?

    @Option(
        help: ArgumentHelp(
            "Trust the certificates in this file, too; MUSTER_CA if unset.",
            valueName: "file"
        ),
        completion: .file()
    )
    var ca: String?

    @Flag(help: "Use http:// with another machine, although what is sent can be read on the way.")
    var allowPlaintext = false

    /// Whether any of them is set.
    var isChosen: Bool { url != nil || profile != nil || ca != nil || allowPlaintext }

    /// The server, and as whom.
    ///
    /// - Parameter makesProfile: Whether the profile is about to be made.
    /// - Returns: The destination.
    /// - Throws: ``CommandError`` where what was asked for contradicts itself or is not there.
    func destination(makesProfile: Bool = false) throws(CommandError) -> Destination {
        try Destination(
            Destination.Choice(
                url: url,
                profile: profile,
                authority: ca,
                allowsPlaintext: allowPlaintext,
                makesProfile: makesProfile
            ),
            environment: ProcessInfo.processInfo.environment
        ) { () throws(CommandError) in
            try ProfileFile.ofUser.read()
        }
    }
}
