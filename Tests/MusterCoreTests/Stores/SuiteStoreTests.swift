import Foundation
import Testing

@Suite("Tests of services and of the server are made on every kind of store")
struct SuiteStoreTests {
    @Test("each suite that asks a store has the trait, or a reason why not")
    func traits() throws {
        let suites = try TestSources.suites()
        #expect(suites.count > 100, "the sources are read")
        for suite in suites where suite.asksStore {
            let hasTrait =
                suite.traits.contains(".everyStore") || suite.traits.contains(".nearStores")
            let reason = SuiteStores.exceptions[suite.name]
            #expect(hasTrait == (reason == nil), "\(suite.name) in \(suite.file)")
        }
        let named = Set(suites.filter(\.asksStore).map(\.name))
        #expect(Set(SuiteStores.exceptions.keys).isSubset(of: named))
    }

    @Test("no scene keeps to one store, whatever the test is made on")
    func scenes() {
        let words = ["MemoryStore()", "FileStore()", "DistantStore(", "SQLiteStore("]
        for (file, text) in TestSources.files
        where words.contains(where: { text.contains($0) })
            && !file.hasPrefix("MusterCoreTests/Stores/")
        {
            #expect(SuiteStores.owners[file] != nil, "\(file)")
        }
    }
}

/// Suites that are not made on every kind of store, and files that make one of their own, each with the reason.
private enum SuiteStores {
    private static let counted = "it counts what a store that is far away is asked"
    private static let snippet = "it is in the documents as it stands"
    private static let wire = "it is long, and about what is written on the wire alone"
    private static let copies = "it has copies of stores of its own, in memory and in SQLite"
    private static let threads = "it is about the threads of the server, before any store"

    static let exceptions = [
        "CallBudgetTests": counted,
        "ChangeBudgetTests": counted,
        "ServiceBudgetTests": counted,
        "DistantWaitTests": "it is about a store that is far away",
        "OneLine": snippet,
        "CountingStoreTests": snippet,
        "LargeGroupTests": counted,
        "CodeRequestTests": counted,
        "LDAPGroupLookUpTests": counted,
        "RightBeforeChangeTests": counted,
        "FailureLogTests": "its store has lost its files, and answers nothing",
        "RaceTests": copies,
        "InMemory": copies,
        "InSQLite": copies,
        "LostImportTests": "it is long, and AdmissionTests have imports on every kind of store",
        "ConsoleHostileTests": wire,
        "NativeHostileTests": wire,
        "LDAPLongFilterTests": "a filter is read before a store is asked",
        "LDAPPersonTests": "it asks no store",
        "BusySearchTests": threads,
        "GivenUpRequestTests": threads,
        "ListThreadsTests": threads,
        "LongPageTests": wire,
        "OwnThreadsTests": threads,
    ]

    static let owners = [
        "MusterCoreTests/Access/RightBeforeChangeTests.swift": counted,
        "MusterCoreTests/Access/SignInOutlookTests.swift":
            "only memory has sealed what nobody opens",
        "MusterCoreTests/Documentation/StoreSnippets.swift": snippet,
        "MusterCoreTests/Groups/LargeGroupTests.swift": counted,
        "MusterCoreTests/Logins/CodeRequestTests.swift": counted,
        "MusterCoreTests/SSHKeys/AuthorizedKeysTests.swift":
            "one test looks for a name that no user can have",
        "MusterServerTests/Operations/FailureLogTests.swift": "its files are lost",
        "MusterServerTests/Budgets/CallBudgetTests.swift": counted,
        "MusterServerTests/Budgets/ChangeBudgetTests.swift": counted,
        "MusterServerTests/Budgets/ServiceBudgetTests.swift": counted,
        "MusterServerTests/Budgets/DistantWaitTests.swift": counted,
        "MusterServerTests/Console/ConsoleOverviewTests.swift": counted,
        "MusterServerTests/LDAP/LDAPGroupLookUpTests.swift": counted,
        "MusterServerTests/Races/RaceStage.swift": "copies of it are made",
    ]
}

/// The sources of the tests of services and of the server.
private enum TestSources {
    /// A suite, as its source declares it.
    struct Declaration {
        let name: String
        let file: String
        let traits: String
        /// Whether anything in its file makes a directory, or a scene that does.
        let asksStore: Bool
    }

    private static let folder = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// Every file by its path, without comments.
    static let files: [String: String] = {
        var files: [String: String] = [:]
        for target in ["MusterCoreTests", "MusterServerTests"] {
            let root = folder.appending(path: target)
            let paths = FileManager.default.enumerator(atPath: root.path)?
                .compactMap { $0 as? String }
            for path in paths ?? [] where path.hasSuffix(".swift") {
                let text = try? String(contentsOf: root.appending(path: path), encoding: .utf8)
                files["\(target)/\(path)"] = (text ?? "").split(separator: "\n")
                    .filter { !$0.drop { $0 == " " }.hasPrefix("//") }
                    .joined(separator: "\n")
            }
        }
        return files
    }()

    static func suites() throws -> [Declaration] {
        let makers = makers()
        let declaration = try Regex(
            #"@Suite\((?<traits>[^\n]*?(?:\n +[^\n]*)*?)\n? *\)\n *(?:final )?(?:struct|class|actor) (?<name>\w+)"#,
            as: (Substring, traits: Substring, name: Substring).self
        )
        return files.flatMap { file, text in
            // A word of its own: `Call(` is not in `LocalCall(`.
            let words = Set(text.matches(of: /(\w+)\(/).map { "\($0.output.1)(" })
            let asksStore = !words.isDisjoint(with: makers)
            return text.matches(of: declaration).map { match in
                Declaration(
                    name: String(match.output.name),
                    file: file,
                    traits: String(match.output.traits),
                    asksStore: asksStore
                )
            }
        }
    }

    /// How directories are made: by the type itself, or by one in whose file that is done and which is no suite.
    private static func makers() -> Set<String> {
        let first = "TestDirectory"
        var makers: Set<String> = [first + "("]
        while true {
            var found = makers
            for text in files.values where !text.contains("@Test") {
                guard makers.contains(where: { text.contains($0) }) else { continue }
                for match in text.matches(of: /(?:^|\n)(?:final )?(?:struct|class|actor) (\w+)/) {
                    found.insert("\(match.output.1)(")
                }
            }
            guard found != makers else { return makers }
            makers = found
        }
    }
}
