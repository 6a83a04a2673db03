import ArgumentParser
import Testing

@testable import MusterCommands

@Suite("What is mistyped on the command line")
struct CommandLineHintTests {
    @Test("every command with every option of its own is known", arguments: CommandTreeTests.all)
    func known(_ leaf: CommandTreeTests.Leaf) {
        let options = CommandLineHint.options(of: leaf.type).filter { $0.hasPrefix("--") }
        #expect(CommandLineHint.sentence(for: Array(leaf.words.dropFirst()) + options) == nil)
    }

    @Test("inverted flags are options, and what stands after -- is none")
    func options() {
        let words = ["users", "auths", "set", "ann", "--no-api", "--api", "--password"]
        #expect(CommandLineHint.sentence(for: words) == nil)
        #expect(CommandLineHint.sentence(for: ["users", "show", "--", "--frob"]) == nil)
        #expect(
            CommandLineHint.sentence(for: ["users", "list", "-x", "-1"]) == nil,
            "the parser knows"
        )
    }

    @Test("a noun alone is no command, and the program alone asks for help")
    func nouns() {
        #expect(
            CommandLineHint.sentence(forNounAlone: KeysCommand.self, in: ["keys"])
                == "Say what to do: muster keys add, list, remove. See: muster keys --help"
        )
        #expect(CommandLineHint.sentence(forNounAlone: Muster.self, in: []) == nil)
        #expect(CommandLineHint.sentence(forNounAlone: KeysList.self, in: ["keys", "list"]) == nil)
    }

    @Test("help is asked for about commands that there are")
    func help() {
        #expect(CommandLineHint.sentence(forHelp: ["help"]) == nil)
        #expect(CommandLineHint.sentence(forHelp: ["help", "users", "add"]) == nil)
        #expect(CommandLineHint.sentence(forHelp: ["users", "nope"]) == nil)
        #expect(
            CommandLineHint.sentence(forHelp: ["help", "nope"])
                == "There is no command muster nope. See: muster --help"
        )
    }

    @Test(
        "a number below zero is the value of its option",
        arguments: [
            ["users", "list", "--limit"], ["audit", "list", "--limit"],
            ["audit", "tail", "--lines"], ["users", "masks", "set", "ann", "--readbm"],
        ]
    )
    func negativeNumbers(_ words: [String]) throws {
        let error = #expect(throws: (any Error).self) { try Muster.parseAsRoot(words + ["-1"]) }
        let message = Muster.message(for: try #require(error))
        #expect(message.contains("number from"), "\(message)")
    }

    @Test(
        "words are as like as many letters tell them apart",
        arguments: [
            ("", "", 0), ("a", "", 1), ("list", "lsit", 1), ("users", "user", 1),
            ("remove", "rename", 3), ("abc", "xyz", 3),
        ]
    )
    func distance(_ one: String, _ other: String, _ distance: Int) {
        #expect(Likeness.distance(Array(one.utf8), Array(other.utf8)) == distance)
        #expect(Likeness.distance(Array(other.utf8), Array(one.utf8)) == distance)
    }

    @Test("what a hostile hand types is told in part and in time")
    func long() {
        let long = String(repeating: "e\u{301}", count: 50_000)
        let sentence = CommandLineHint.sentence(for: [long])
        #expect((sentence?.utf8.count ?? .max) < 300)
        #expect(
            (CommandLineHint.sentence(for: ["users", "list", "--" + long])?.utf8.count ?? .max)
                < 300
        )
    }
}
