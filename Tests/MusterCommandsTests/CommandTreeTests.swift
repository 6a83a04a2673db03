import ArgumentParser
import Foundation
import Testing

@testable import MusterCommands

@Suite("The tree of commands")
struct CommandTreeTests {
    struct Leaf: Sendable, CustomTestStringConvertible {
        let words: [String]
        let type: any ParsableCommand.Type

        var testDescription: String { words.joined(separator: " ") }
    }

    static let all = leaves(of: Muster.self, ["muster"])

    private static func leaves(of type: any ParsableCommand.Type, _ words: [String]) -> [Leaf] {
        [Leaf(words: words, type: type)]
            + type.configuration.subcommands.flatMap { subcommand in
                leaves(of: subcommand, words + [subcommand.configuration.commandName ?? "?"])
            }
    }

    @Test("every command says what it does, in one sentence", arguments: all)
    func abstracts(_ leaf: Leaf) {
        let abstract = leaf.type.configuration.abstract
        #expect(abstract.hasSuffix(".") || abstract.hasSuffix("?"))
    }

    @Test(
        "every command's help has an example of itself that the command line takes",
        arguments: all
    )
    func examples(_ leaf: Leaf) throws {
        let marker = "Example: "
        let examples = leaf.type.configuration.discussion.split(separator: "\n")
            .filter { $0.hasPrefix(marker) }.map { $0.dropFirst(marker.count) }
        #expect(!examples.isEmpty, "an example")
        for example in examples {
            let command = try #require(Self.command(in: String(example)))
            #expect(command.starts(with: leaf.words), "\(example)")
            #expect(throws: Never.self) { try Muster.parseAsRoot(Array(command.dropFirst())) }
            // A longer one would be broken, and could not be copied as it stands.
            let isOfPAM = leaf.words.last?.hasPrefix("pam-") == true
            #expect(isOfPAM || marker.count + example.count <= 80, "\(example)")
        }
        let help = Muster.helpMessage(for: leaf.type)
        #expect(help.contains(marker + (examples.first?.prefix(30) ?? "")))
    }

    /// The words of the program in a line of shell, or of PAM: without what stands before it and after it.
    private static func command(in line: String) -> [String]? {
        for part in line.split(separator: "|") {
            var words = words(in: String(part))
            guard let start = words.firstIndex(where: { $0 == "muster" || $0.hasSuffix("/muster") })
            else { continue }
            words[start] = "muster"
            return words[start...].prefix { $0 != ">" }.map { String($0) }
        }
        return nil
    }

    /// Splits at blanks, but not in quotes and in `$(...)`; `<(...)` is what is in it.
    private static func words(in text: String) -> [String] {
        var words: [String] = []
        var word = ""
        var isWord = false
        var isQuoted = false
        var depth = 0
        for character in text.replacing("<(", with: "") {
            switch character {
            case "\"":
                isQuoted.toggle()
                isWord = true
            case " " where !isQuoted && depth == 0:
                if isWord { words.append(word) }
                (word, isWord) = ("", false)
            case "(":
                depth += 1
                word.append(character)
            case ")":
                depth -= 1
                if depth >= 0 { word.append(character) }
            default:
                word.append(character)
                isWord = true
            }
        }
        return isWord ? words + [word] : words
    }

    @Test("no option takes a secret", arguments: all)
    func secrets(_ leaf: Leaf) {
        let help = Muster.helpMessage(for: leaf.type)
        for line in help.split(separator: "\n").map({ $0.drop { $0 == " " } }) {
            for noun in ["password", "token", "secret", "code"] {
                #expect(!line.contains("--\(noun) <"), "\(line)")
            }
        }
    }

    @Test("every exit code stands in docs/cli.md")
    func exitCodes() throws {
        let text = try String(contentsOfFile: "docs/cli.md", encoding: .utf8)
        for status in CommandStatus.allCases {
            #expect(text.contains("| \(status.rawValue) |"), "\(status)")
        }
    }

    @Test("every command stands in docs/cli.md", arguments: all)
    func documented(_ leaf: Leaf) throws {
        let text = try String(contentsOfFile: "docs/cli.md", encoding: .utf8)
        guard leaf.words.count > 1, leaf.type.configuration.subcommands.isEmpty else { return }
        #expect(text.contains("`\(leaf.testDescription)"))
    }
}
