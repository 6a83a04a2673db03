import ArgumentParser
import MusterAPI
import MusterClient
import MusterCore
import TextBytes

/// `muster users twofactor set`.
struct UsersTwoFactorSet: ServerCommand {
    static let configuration = CommandConfiguration(
        commandName: "set",
        abstract: "Switch codes by e-mail and by SMS on and off.",
        discussion: """
            What is not named stays as it is. Codes by SMS need a phone number.

            Example: muster users twofactor set jane@example.com --email
            Example: muster users twofactor set jane@example.com --no-email --no-sms
            """
    )

    @OptionGroup var target: UserOrOneself

    @Flag(inversion: .prefixedNo, exclusivity: .exclusive, help: "Whether codes come by e-mail.")
    var email: Bool?

    @Flag(inversion: .prefixedNo, exclusivity: .exclusive, help: "Whether codes come by SMS.")
    var sms: Bool?

    @Option(help: ArgumentHelp("The phone's number, +15555555555.", valueName: "number"))
    var phone: String?

    @OptionGroup var password: OwnPasswordOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func validate() throws {
        guard email != nil || sms != nil || phone != nil else {
            throw ValidationError("Say what to switch, such as --email.")
        }
        if let phone { try TypedPhone.check(phone) }
    }

    func run(on server: Server) async throws {
        let before = try await server.userOrOneself(target.user)
        let own = try await password.read(for: before, on: server)
        let body = SecondFactorBody(
            isEmailEnabled: email,
            isSMSEnabled: sms,
            phone: phone,
            password: own?.withExposedValue(\.self)
        )
        do throws(CommandError) {
            try await server.ask(missing: target.user?.missing) {
                try await $0.secondFactor.change(of: before.reference, body)
            }
        } catch {
            throw advised(error)
        }
        let after = try await server.userOrOneself(target.user, again: true)
        try output.secondFactor(of: after)
        warn(of: after)
    }

    /// Says so where somebody who must have a second factor has none any more.
    private func warn(of after: AccountRecord) {
        guard email == false || sms == false, after.user.twoFactor.isRequired,
            !after.user.twoFactor.isSetUp
        else { return }
        let name = after.user.username
        CommandFailure.note(
            "\(name) must have a second factor and has none any more: until one is set up, a login is good for nothing "
                + "else. To ask for none: muster users auths set \(name) --no-second-factor"
        )
    }

    /// A refusal in the words of the command line, where the server's are those of its fields and paths.
    private func advised(_ error: CommandError) -> CommandError {
        let name = target.user.map { " " + $0.text } ?? ""
        let send = "muster users twofactor send\(name) --phone NUMBER"
        guard error.status == .badInput else { return error }
        guard error.isField("sms_phone") else { return error }
        // Others, about a number that was given, say themselves what is wrong with it.
        let isMissing = [PhoneNumber.missing, PhoneNumber.unproven].contains { rule in
            error.rule?.hasSameBytes(as: rule) == true
        }
        guard isMissing else { return error }
        return CommandError(
            error.status,
            phone == nil
                ? "Codes by SMS need a phone number. Give it with --phone, or have it proved: \(send)"
                : "A number of your own has to be proved first: \(send)"
        )
    }
}
