import ArgumentParser
import MusterClient
import MusterCore
import MusterCrypto
import WireJSON

/// The options by which a command that sets a password is told where to take it from.
struct NewPasswordOptions: ParsableArguments, Sendable {
    @Flag(help: "Read the password from the first line of standard input.")
    var passwordStdin = false

    @Flag(help: "Make a password, and print it once.")
    var generatePassword = false

    /// Whether one of them is set.
    var isChosen: Bool { passwordStdin || generatePassword }

    func validate() throws {
        guard !passwordStdin || !generatePassword else {
            throw ValidationError("--password-stdin and --generate-password exclude each other.")
        }
    }

    /// Takes, makes or asks for the password of a user.
    ///
    /// - Parameters:
    ///   - username: The user's name.
    ///   - orNone: Whether the user could be without one, for a complaint.
    /// - Returns: The password.
    /// - Throws: ``CommandError``.
    func read(for username: String, orNone: Bool = false) throws(CommandError) -> ChosenPassword {
        if generatePassword {
            let name = Username(stored: username)
            return ChosenPassword(
                GeneratedPassword.make(from: SystemRandom(), for: name),
                isMade: true
            )
        }
        let password = try SecretInput.new(
            .newPassword(for: username, orNone: orNone),
            fromStandardInput: passwordStdin
        )
        return ChosenPassword(password, isMade: false)
    }
}

/// A password that is about to be set.
struct ChosenPassword: Sendable {
    /// The password.
    let password: MusterCore.Secret<String>
    private let isMade: Bool

    init(_ password: MusterCore.Secret<String>, isMade: Bool) {
        self.password = password
        self.isMade = isMade
    }

    /// The record of whoever has the password now, with the password where it was made.
    func added(to record: JSONObject) -> JSONObject {
        guard isMade else { return record }
        return password.withExposedValue { record.adding("password", .string($0)) }
    }

    /// Writes an answer by which the password is told, where it was made.
    ///
    /// - Parameters:
    ///   - record: Who has the password now.
    ///   - isOwn: Whether that is whoever runs the command, who then knows no present password.
    ///   - write: Writes the answer.
    /// - Throws: ``CommandError`` where it cannot be written, which says how to get another password.
    func telling(
        _ record: UserRecord,
        isOwn: Bool = false,
        _ write: () throws -> Void
    ) throws {
        guard isMade else { return try write() }
        let who = isOwn ? "Let another administrator set one, or use --data-dir" : "Set another one"
        try ShownOnce.write(
            orSay: "\(record.label) has the new password all the same, and nobody has seen it. "
                + "\(who): muster users passwd \(record.id) --generate-password",
            write
        )
    }

    /// Prints a password that was made, where it was not in the answer.
    ///
    /// - Throws: ``CommandError`` where the output cannot be written.
    func tell(beside output: OutputOptions) throws {
        guard isMade, output.format != .json || output.quiet else { return }
        let line = password.withExposedValue { "The password, shown only once: \($0)\n" }
        if output.format == .table, !output.quiet {
            try Console.standard.write(line)
        } else {
            // Beside a list for programs there is no place for it.
            try Console.standardError.write(line)
        }
    }
}
