import ArgumentParser

/// `muster completions`.
struct CompletionsCommand: AsyncParsableCommand {
    /// The shells.
    enum Shell: String, ExpressibleByArgument, CaseIterable {
        case bash
        case zsh
        case fish

        var script: String {
            switch self {
            case .bash: Muster.completionScript(for: .bash)
            case .zsh: Muster.completionScript(for: .zsh)
            case .fish: Muster.completionScript(for: .fish)
            }
        }
    }

    static let configuration = CommandConfiguration(
        commandName: "completions",
        abstract: "Print a script by which a shell completes this program's commands and options.",
        discussion: """
            bash: muster completions bash > /etc/bash_completion.d/muster
            zsh:  muster completions zsh > /usr/local/share/zsh/site-functions/_muster
            fish: muster completions fish > ~/.config/fish/completions/muster.fish

            Example: source <(muster completions bash)
            """
    )

    @Argument(help: "The shell.")
    var shell: Shell

    func run() async throws {
        try await CommandFailure.reporting {
            let script = shell.script
            try Console.standard.write(script.last == "\n" ? script : script + "\n")
        }
    }
}
