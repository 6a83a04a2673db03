import ArgumentParser
import TextBytes

/// What is wrong with a command line that names a command or an option that there is none of.
///
/// The parser looks at what a command demands before it looks at what it does not know, and so asks for an option
/// that is there but for a letter.
struct CommandLineHint {
    /// The words of the command as far as they are some.
    private var words: [String]
    private var command: any ParsableCommand.Type

    /// One sentence and what to do.
    ///
    /// - Parameters:
    ///   - arguments: The words after the program's name.
    ///   - root: The program.
    /// - Returns: Nil where every command and option is one.
    static func sentence(
        for arguments: [String],
        of root: any ParsableCommand.Type = Muster.self
    ) -> String? {
        var hint = CommandLineHint(root)
        for argument in arguments.prefix(while: { $0 != "--" }) {
            if let sentence = hint.take(argument) { return sentence }
        }
        return nil
    }

    /// The command that words name, as far as they name one: `muster users list`.
    static func command(
        in arguments: [String],
        of root: any ParsableCommand.Type = Muster.self
    ) -> String {
        var hint = CommandLineHint(root)
        for argument in arguments.prefix(while: { $0 != "--" }) { _ = hint.take(argument) }
        return hint.words.joined(separator: " ")
    }

    /// What is wrong with the words after `help`; nil if they name a command, or it is not about help.
    static func sentence(forHelp arguments: [String]) -> String? {
        guard arguments.first?.hasSameBytes(as: "help") == true else { return nil }
        return sentence(for: Array(arguments.dropFirst()))
    }

    /// What is missing where a noun stands alone, `muster users`; nil if the command is none.
    ///
    /// Nobody has asked for help there, and whoever runs it in a script has lost a word. `muster` alone is how
    /// people ask.
    static func sentence(
        forNounAlone command: any ParsableCommand.Type,
        in arguments: [String]
    ) -> String? {
        let verbs = command.configuration.subcommands.compactMap { $0.configuration.commandName }
        guard !verbs.isEmpty, command != Muster.self else { return nil }
        let name = self.command(in: arguments)
        return "Say what to do: \(name) \(verbs.joined(separator: ", ")). See: \(name) --help"
    }

    private init(_ root: any ParsableCommand.Type) {
        words = [root.configuration.commandName ?? "muster"]
        command = root
    }

    private mutating func take(_ argument: String) -> String? {
        let subcommands = command.configuration.subcommands
        if argument.utf8.first == UInt8(ascii: "-"), argument.utf8.count > 1 {
            return complaint(option: argument)
        }
        guard !subcommands.isEmpty else { return nil }
        let name = argument.head(40)
        let names = subcommands.map { $0.configuration.commandName ?? "" }
        guard name != "help" else { return nil }
        guard let next = names.firstIndex(of: name) else {
            let close =
                CommandLineHint.synonyms[name].flatMap { names.contains($0) ? $0 : nil }
                ?? Likeness.closest(to: name, in: names)
            return complaint(
                "There is no command \((words + [name]).joined(separator: " ")).",
                close
            )
        }
        command = subcommands[next]
        words.append(name)
        return nil
    }

    private func complaint(option argument: String) -> String? {
        let name = String(argument.head(60).prefix { $0 != "=" })
        // Letters may stand together, and a number may be less than zero: the parser knows.
        guard name.hasPrefix("--") else { return nil }
        let known = CommandLineHint.options(of: command)
        guard !known.contains(name) else { return nil }
        let named = words.joined(separator: " ")
        if !command.configuration.subcommands.isEmpty {
            let isAnywhere = words.count == 1 ? "" : " itself"
            return complaint(
                "\(named)\(isAnywhere) has no option \(name); options stand after the command.",
                nil
            )
        }
        return complaint("\(named) has no option \(name).", Likeness.closest(to: name, in: known))
    }

    private func complaint(_ sentence: String, _ close: String?) -> String {
        let end = "See: \(words.joined(separator: " ")) --help"
        guard let close else { return "\(sentence) \(end)" }
        let meant = close.hasPrefix("-") ? close : (words + [close]).joined(separator: " ")
        return "\(sentence) Did you mean \(meant)? \(end)"
    }

    /// The options of a command, as its help shows them.
    static func options(of command: any ParsableCommand.Type) -> [String] {
        // Words of the parser's own.
        var options = [
            "--help", "--help-hidden", "--version", "--experimental-dump-help",
            "--generate-completion-script",
        ]
        for line in Muster.helpMessage(for: command, includeHidden: true).split(separator: "\n")
        where line.hasPrefix("  -") {
            // `-q, --quiet`, `--api/--no-api` and `--role <role>`, and then what it does.
            let words = line.split { " ,/".contains($0) }
            options += words.prefix { $0.hasPrefix("-") || $0.hasPrefix("<") }.map(String.init)
        }
        return options
    }

    /// What other programs call the commands.
    private static let synonyms = [
        "delete": "remove", "del": "remove", "rm": "remove", "ls": "list", "create": "add",
        "new": "add", "get": "show", "info": "show", "update": "edit", "modify": "edit",
        "mod": "edit", "password": "passwd", "mv": "rename", "lock": "disable", "end": "revoke",
        "signin": "login", "signout": "logout",
    ]
}
