import Foundation
import MusterCore
import MusterTesting
import Testing

@testable import MusterCrypto

@Suite("Hashing passwords")
struct PasswordHashingTests {
    /// The least that libsodium and the settings take, so that tests are fast.
    private static func cheap() throws(MusterError) -> Argon2Parameters {
        try Argon2Parameters(kibibytes: 1024, iterations: 1)
    }

    private func hasher(
        _ parameters: Argon2Parameters? = nil,
        threads: Int = 2,
        queueLimit: Int = 1000
    ) throws -> HashingThreads {
        try HashingThreads(parameters ?? Self.cheap(), threads: threads, queueLimit: queueLimit)
    }

    @Test("the recommended parameters are those of OWASP: 19 MiB, two passes, one lane")
    func recommendedParameters() async throws {
        let hash = try await hasher(.recommended, threads: 1).hash(Secret("correct horse"))
        #expect(hash.text.hasPrefix("$argon2id$v=19$m=19456,t=2,p=1$"))
    }

    @Test("what is counted is what is hashed: form NFC, in which a letter and its mark are one")
    func prepared() throws {
        let policy = PasswordPolicy(.basic)
        let username = Username(stored: "jane")
        let hasher = try hasher()
        let eight = Secret(String(repeating: "e\u{301}", count: 8))
        let seven = Secret(String(repeating: "e\u{301}", count: 7))
        #expect(throws: Never.self) { try policy.check(hasher.prepared(eight), for: username) }
        #expect(throws: MusterError.self) {
            try policy.check(hasher.prepared(seven), for: username)
        }
        #expect(throws: Never.self) { try policy.check(seven, for: username) }
        let composed = hasher.prepared(eight).withExposedValue { Array($0.unicodeScalars) }
        #expect(composed == Array(repeating: "\u{E9}", count: 8))
    }

    @Test("a hash names its parameters and has a salt of its own")
    func salts() async throws {
        let hasher = try hasher()
        let first = try await hasher.hash(Secret("same"))
        let second = try await hasher.hash(Secret("same"))
        #expect(first.text.hasPrefix("$argon2id$v=19$m=1024,t=1,p=1$"))
        #expect(first != second)
        #expect(!first.text.contains("same"))
    }

    @Test(
        "a password is right, and any other is wrong",
        arguments: [
            ("correct horse", "Correct horse"), ("correct horse", "correct horse "), ("a", ""),
            ("", "a"),
            ("a\0b", "a\0c"), ("a\0b", "a"), ("\u{1F600}", "\u{1F601}"), ("ss", "\u{DF}"),
            (String(repeating: "x", count: 1024), String(repeating: "x", count: 1023)),
        ]
    )
    func check(_ right: String, _ wrong: String) async throws {
        let hasher = try hasher()
        let hash = try await hasher.hash(Secret(right))
        #expect(try await hasher.check(Secret(right), against: hash) == .right)
        #expect(try await hasher.check(Secret(wrong), against: hash) == .wrong)
    }

    @Test(
        "the same text in another Unicode form is the same password",
        arguments: [
            ("caf\u{E9}", "cafe\u{301}"), ("\u{212B}", "A\u{30A}"),
            ("\u{AC00}", "\u{1100}\u{1161}"),
        ]
    )
    func normalisation(_ composed: String, _ decomposed: String) async throws {
        let hasher = try hasher()
        let hash = try await hasher.hash(Secret(composed))
        #expect(try await hasher.check(Secret(decomposed), against: hash) == .right)
    }

    @Test(
        "a text longer than a password is wrong, is not hashed, and is never brought into another form"
    )
    func tooLong() async throws {
        let hasher = try hasher()
        let long = Secret(String(repeating: "\u{E9}", count: 513))
        let hash = try await hasher.hash(Secret(String(repeating: "\u{E9}", count: 512)))
        #expect(try await hasher.check(long, against: hash) == .wrong)
        #expect(try await hasher.check(long, against: nil) == .wrong)
        let refusal = await failure { try await hasher.hash(long) }
        #expect(refusal?.code == .passwordPolicy && refusal?.details["field"] == "password")
        // Not even a hash of the text itself opens to it, as others may have made one.
        let digits = String(repeating: "7", count: 1025)
        let key = try #require(
            PBKDF2Hash.derive(
                digits,
                salt: Array("saltsalt".utf8),
                rounds: 1000,
                isSHA512: false,
                count: 32
            )
        )
        let text = "pbkdf2_sha256$1000$saltsalt$" + Data(key).base64EncodedString()
        #expect(try await hasher.check(Secret(digits), against: PasswordHash(text)) == .wrong)
        let decomposed = Secret(String(repeating: "e\u{301}", count: 342))
        let prepared = try await hasher.prepared(decomposed, in: .bulk)
        for kept in [prepared, hasher.prepared(decomposed)] {
            #expect(kept.withExposedValue { $0.utf8.count } == 1026)
        }
    }

    @Test(
        "marks in a row are put in order as far as any language has them, and left as they are beyond"
    )
    func marks() async throws {
        let hasher = try hasher()
        // Two marks, of which the lower one comes first in the form.
        func marks(_ count: Int) -> Secret<String> {
            Secret("a" + String(repeating: "\u{301}", count: count - 1) + "\u{323}")
        }
        for (count, isOrdered) in [(2, true), (30, true), (31, false)] {
            let prepared = hasher.prepared(marks(count))
            let ofThread = try await hasher.prepared(marks(count), in: .bulk)
            let first = prepared.withExposedValue { $0.unicodeScalars.first }
            #expect((first == "\u{1EA1}") == isOrdered, "\(count)")
            #expect(
                prepared.withExposedValue { Array($0.utf8) }
                    == ofThread.withExposedValue { Array($0.utf8) }
            )
        }
        let hash = try await hasher.hash(marks(31))
        #expect(try await hasher.check(marks(31), against: hash) == .right)
    }

    @Test("a password takes a place in the queue for its form only where that may be another")
    func formInQueue() async throws {
        let full = try hasher(queueLimit: 0)
        let plain = try await full.prepared(
            Secret("correct horse"),
            in: .local(SourceNetwork(of: nil))
        )
        #expect(plain.withExposedValue { $0 == "correct horse" })
        let refusal = await failure {
            try await full.prepared(Secret("caf\u{E9}"), in: .local(SourceNetwork(of: nil)))
        }
        #expect(refusal?.code == .overloaded)
        let composed = try await hasher().prepared(
            Secret("cafe\u{301}"),
            in: .local(SourceNetwork(of: nil))
        )
        #expect(composed.withExposedValue { Array($0.utf8) } == Array("caf\u{E9}".utf8))
    }

    @Test("a hash with other parameters is right but outdated", arguments: [(2048, 1), (1024, 2)])
    func outdated(_ kibibytes: Int, _ iterations: Int) async throws {
        let former = try hasher(Argon2Parameters(kibibytes: kibibytes, iterations: iterations))
        let hash = try await former.hash(Secret("correct horse"))
        let present = try hasher()
        let right = try await present.check(Secret("correct horse"), against: hash)
        #expect(right == .rightButOutdated)
        #expect(try await present.check(Secret("wrong"), against: hash) == .wrong)
    }

    @Test(
        "a text that is no hash matches nothing",
        arguments: [
            "", "$argon2id$", "correct horse", "$2b$10$abc", "$argon2id$v=19$m=1024,t=1,p=1$!$!",
        ]
    )
    func garbage(_ text: String) async throws {
        let check = try await hasher().check(Secret("correct horse"), against: PasswordHash(text))
        #expect(check == .wrong)
    }

    @Test("without a hash every password is wrong, after the same work")
    func unknownUser() async throws {
        let hasher = try hasher()
        #expect(try await hasher.check(Secret("anything"), against: nil) == .wrong)
        #expect(try await hasher.check(Secret(""), against: nil) == .wrong)
        // The same way through the queue: where it is full, an unknown user is refused like a known one.
        let full = try self.hasher(queueLimit: 0)
        let refusal = await failure { try await full.check(Secret("x"), against: nil) }
        #expect(refusal?.code == .overloaded)
    }

    @Test("a full queue refuses, and says when to come back")
    func fullQueue() async throws {
        let hasher = try hasher(threads: 1, queueLimit: 0)
        let refused = await failure { try await hasher.hash(Secret("x")) }
        #expect(refused?.code == .overloaded)
        #expect(refused?.details["retry_after_seconds"] == "1")
    }

    @Test("many checks at a time are all answered, each with its own answer")
    func manyChecks() async throws {
        let hasher = try hasher()
        let hash = try await hasher.hash(Secret("password 0"))
        let right = try await withThrowingTaskGroup(of: (Int, PasswordCheck).self) { group in
            for number in 0..<200 {
                group.addTask {
                    let password = Secret("password \(number % 4)")
                    return (number, try await hasher.check(password, against: hash))
                }
            }
            return try await group.reduce(into: [Int: PasswordCheck]()) { $0[$1.0] = $1.1 }
        }
        #expect(right.count == 200)
        #expect(right.allSatisfy { ($0.value == .right) == $0.key.isMultiple(of: 4) })
    }

    @Test("a storm is taken as far as there is room, and the rest refused at once")
    func storm() async throws {
        let hasher = try hasher(threads: 1, queueLimit: 3)
        let outcomes = await withTaskGroup(of: MusterError.Code?.self) { group in
            for _ in 0..<100 {
                group.addTask { await failure { try await hasher.hash(Secret("x")) }?.code }
            }
            return await group.reduce(into: [MusterError.Code?]()) { $0.append($1) }
        }
        #expect(outcomes.count == 100)
        #expect(outcomes.allSatisfy { $0 == nil || $0 == .overloaded })
        #expect(outcomes.contains { $0 == nil }, "nobody was served")
        #expect(try await hasher.check(Secret("x"), against: hasher.hash(Secret("x"))) == .right)
    }

    @Test("a hasher may go away when its work is done")
    func goingAway() async throws {
        for _ in 0..<20 {
            let hash = try await hasher(threads: 3).hash(Secret("x"))
            #expect(!hash.text.isEmpty)
        }
    }

    @Test(
        "parameters out of bounds are refused, and named",
        arguments: [
            (1023, 1, "kibibytes"), (4_194_305, 1, "kibibytes"), (-1, 1, "kibibytes"),
            (1024, 0, "iterations"), (1024, 101, "iterations"), (1024, .min, "iterations"),
        ] as [(Int, Int, String)]
    )
    func bounds(_ kibibytes: Int, _ iterations: Int, _ name: String) async {
        let refusal = await failure {
            try Argon2Parameters(kibibytes: kibibytes, iterations: iterations)
        }
        #expect(refusal?.code == .settingInvalid)
        #expect(refusal?.message.contains("password.argon2.\(name)") == true)
    }
}
