import ArgumentParser
import MusterClient

/// The options that set a user's fields; each has the field's name.
struct UserFieldOptions: ParsableArguments, Sendable {
    @Option(help: ArgumentHelp("The role, by name or number.", valueName: "role"))
    var role: RoleArgument?

    @Option(help: ArgumentHelp("The full name; empty for none.", valueName: "text"))
    var name: String?

    @Option(help: ArgumentHelp("The e-mail address; empty for none.", valueName: "address"))
    var email: String?

    @Option(
        help: ArgumentHelp(
            "From when on the user may not come in: 2026-01-31, 2026-01-31T12:00:00Z, from now 12h or 90d, or never.",
            valueName: "time"
        ),
        completion: .list(["never"]),
        transform: ExpiryArgument.read
    )
    var expires: ExpiryArgument?

    @Option(
        help: ArgumentHelp(
            "What administrators are to know about the user; empty for nothing.",
            valueName: "text"
        )
    )
    var note: String?

    @Option(
        help: ArgumentHelp(
            "From where the user may come: addresses and networks between commas, or any.",
            valueName: "networks"
        )
    )
    var hosts: HostsArgument?

    @OptionGroup var masks: MaskOptions

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "After how many seconds without a request a session ends; 0 for never.",
            valueName: "seconds"
        )
    )
    var timeout: Int64?

    /// Whether nothing is set.
    var isEmpty: Bool {
        role == nil && name == nil && email == nil && hosts == nil && masks.isEmpty
            && timeout == nil && expires == nil && note == nil
    }

    func validate() throws {
        guard hosts?.networks.contains("") != true else {
            throw ValidationError(
                "--hosts has an empty place in it. Say addresses and networks between commas, or any for anywhere."
            )
        }
    }

    /// Whether something is set that may let the user administer.
    var setsRights: Bool { role != nil || masks.writebm != nil }

    /// The fields that are set.
    ///
    /// - Throws: ``CommandError`` where a name is none of a mask's bit.
    func body(from server: Server) async throws(CommandError) -> UserBody {
        var body = UserBody()
        body.permissions = role?.permissions
        body.name = name
        body.email = email
        body.expiresAt = expires?.member
        body.note = note
        body.hosts = hosts?.networks
        try await masks.values(from: server).apply(to: &body)
        body.timeout = timeout
        return body
    }
}
