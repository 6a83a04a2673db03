import ArgumentParser

extension Muster {
    /// Runs the program.
    ///
    /// - Parameter arguments: The words after its name.
    public static func start(_ arguments: [String] = Array(CommandLine.arguments.dropFirst())) async
    {
        if let sentence = CommandLineHint.sentence(forHelp: arguments) { refuse(sentence) }
        var command: any ParsableCommand
        do {
            command = try parseAsRoot(arguments)
        } catch {
            if exitCode(for: error) != .success,
                let sentence = CommandLineHint.sentence(for: arguments)
            {
                refuse(sentence)
            }
            end(error, arguments)
        }
        if let sentence = CommandLineHint.sentence(forNounAlone: type(of: command), in: arguments) {
            refuse(sentence)
        }
        do {
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch {
            end(error, arguments)
        }
    }

    /// Ends the program where the command line is wrong.
    private static func refuse(_ sentence: String) -> Never {
        CommandFailure.tell(sentence)
        exit(withError: ExitCode(CommandStatus.usage.rawValue))
    }

    /// Ends the program as an error says: with help that was asked for, or with one sentence.
    private static func end(_ error: any Error, _ arguments: [String]) -> Never {
        // Told already, where it was told.
        if let code = error as? ExitCode { exit(withError: code) }
        if exitCode(for: error) == .success { help(fullMessage(for: error)) }
        CommandFailure.tell(sentence(of: error, arguments))
        let isUsage = exitCode(for: error) == .validationFailure
        let status: CommandStatus = isUsage ? .usage : .fault
        exit(withError: ExitCode(status.rawValue))
    }

    /// What is wrong with a command line, and where to read how it should be.
    private static func sentence(of error: any Error, _ arguments: [String]) -> String {
        let text = oneLine(message(for: error))
        guard exitCode(for: error) == .validationFailure else { return text }
        let end = text.utf8.last.map { ".!?".utf8.contains($0) } == true ? "" : "."
        let command = CommandLineHint.command(in: arguments)
        return "\(text)\(end) See: \(command) --help"
    }

    /// A message in one line; the parser writes long lists of values below each other.
    private static func oneLine(_ message: String) -> String {
        let bullet = "  - ".utf8
        var sentences: [String] = []
        var values: [String] = []
        for line in message.utf8.split(whereSeparator: { $0 == 0x0A || $0 == 0x0D }) {
            if line.starts(with: bullet) {
                values.append(String(Substring(line.dropFirst(bullet.count))))
            } else {
                sentences.append(String(Substring(line)))
            }
        }
        if !values.isEmpty { sentences.append(values.joined(separator: ", ")) }
        return sentences.joined(separator: " ")
    }

    /// Prints help, a version or a script.
    private static func help(_ text: String) -> Never {
        do {
            try Console.standard.write(text.isEmpty ? "" : text + "\n")
            exit(withError: ExitCode.success)
        } catch {
            let failure = error as? CommandError ?? CommandError(.outputFailed, "\(error)")
            if !failure.message.isEmpty { CommandFailure.tell(failure.message) }
            exit(withError: ExitCode(failure.status.rawValue))
        }
    }
}
