import MusterCore
import MusterTesting
import Testing

@Suite("Password policies")
struct PasswordPolicyTests {
    private static let username = Username(stored: "jane.doe@example.com")

    @Test(
        "a password that keeps every rule is taken",
        arguments: [
            (.basic, "12345678"), (.basic, "aaaaaaaa"), (.basic, "        "),
            (.basic, "p\u{E4}ssw\u{F6}rd"),
            (.basic, "\u{1F600}\u{1F600}\u{1F600}\u{1F600}\u{1F600}\u{1F600}\u{1F600}\u{1F600}"),
            (.basic, String(repeating: "x", count: 1024)), (.basic, "jane.doe@example.com"),
            (.tenable, "Abcdefghij1!"), (.tenable, "A b c d e f 1"),
            (.tenable, "\u{C4}bcdefghij1-"),
            (.tenable, "3f2504e0-4f89-41d3-9a0c-0305e82c3301Tt!"),
            (.strict, "correct horse b"), (.strict, String(repeating: "\u{E9}", count: 15)),
            (.strict, "jane.doe@example.com1"),
            (.nist, "correct horse b"), (.nist, String(repeating: "\u{E9}", count: 15)),
        ] as [(PasswordPolicy.Kind, String)]
    )
    func good(_ kind: PasswordPolicy.Kind, _ password: String) throws {
        try policy(kind).check(Secret(password), for: Self.username)
    }

    @Test(
        "a rule that is broken is named",
        arguments: [
            (.basic, "", "have at least 8 characters"),
            (.basic, "1234567", "have at least 8 characters"),
            (.basic, "\u{1F600}\u{1F600}\u{1F600}", "have at least 8 characters"),
            (.basic, String(repeating: "x", count: 1025), "have at most 1024 bytes"),
            (.basic, String(repeating: "\u{E9}", count: 513), "have at most 1024 bytes"),
            (.basic, "12345678\0", "have no control characters"),
            (.basic, "1234\n5678", "have no control characters"),
            (.basic, "12345678\u{85}", "have no control characters"),
            (.tenable, "Abcdefgh1!x", "have at least 12 characters"),
            (.tenable, "abcdefghij1!", "have an upper-case letter"),
            (.tenable, "ABCDEFGHIJ1!", "have a lower-case letter"),
            (.tenable, "Abcdefghijk!", "have a digit"),
            (.tenable, "Abcdefghijk1", "have a special character"),
            (.tenable, "\u{C4}bcdefghijk1", "have a special character"),
            (.strict, "correct horse ", "have at least 15 characters"),
            (.strict, "jane.doe@example.com", "not be the user name"),
            (.strict, "JANE.Doe@example.com", "not be the user name"),
            (.strict, "correct horse battery", "not be one of the common passwords"),
            (.strict, "Correct Horse Battery", "not be one of the common passwords"),
            (.nist, "correct horse ", "have at least 15 characters"),
            (.nist, "JANE.Doe@example.com", "not be the user name"),
            (.nist, "correct horse battery", "not be one of the common passwords"),
        ] as [(PasswordPolicy.Kind, String, String)]
    )
    func bad(_ kind: PasswordPolicy.Kind, _ password: String, _ rule: String) async {
        let refusal = await failure {
            try policy(kind).check(Secret(password), for: Self.username)
        }
        #expect(refusal?.code == .passwordPolicy)
        #expect(refusal?.message == "The password must \(rule).")
        #expect(refusal?.details["field"] == "password")
    }

    @Test("every rule that is broken is named, and the password is not")
    func severalRules() async {
        let refusal = await failure {
            try policy(.tenable).check(Secret("hunter\n"), for: Self.username)
        }
        let message = refusal?.message ?? ""
        let rules = [
            "at least 12 characters", "no control characters", "an upper-case letter", "a digit",
        ]
        #expect(rules.allSatisfy { message.contains($0) })
        #expect(!message.contains("hunter"))
    }

    @Test("a policy has its name from the settings")
    func names() {
        #expect(
            PasswordPolicy.Kind.allCases.map(\.rawValue) == ["basic", "tenable", "strict", "nist"]
        )
        #expect(PasswordPolicy.Kind.allCases.map { policy($0).minimumLength() } == [8, 12, 15, 15])
        #expect(
            PasswordPolicy.Kind.allCases.map { policy($0).minimumLength(besideFactor: true) }
                == [8, 12, 15, 8]
        )
        #expect(PasswordPolicy.Kind.allCases.filter(\.needsCommonPasswords) == [.strict, .nist])
        let refusing = PasswordPolicy.Kind.allCases.filter { policy($0).refusesFormerPasswords }
        #expect(refusing == [.tenable])
    }

    @Test(
        "beside a second factor that is required nist takes eight characters, and refuses what it refuses"
    )
    func besideFactor() async throws {
        try policy(.nist).check(Secret("12345678"), for: Self.username, besideFactor: true)
        let refused = [
            ("1234567", "have at least 8 characters"),
            ("Jane.doe@example.com", "not be the user name"),
            ("CORRECT horse battery", "not be one of the common passwords"),
        ]
        for (password, rule) in refused {
            let refusal = await failure {
                try policy(.nist).check(Secret(password), for: Self.username, besideFactor: true)
            }
            #expect(refusal?.message == "The password must \(rule).")
        }
        let strict = await failure {
            try policy(.strict).check(Secret("12345678"), for: Self.username, besideFactor: true)
        }
        #expect(strict?.code == .passwordPolicy)
    }

    private func policy(_ kind: PasswordPolicy.Kind) -> PasswordPolicy {
        PasswordPolicy(kind, commonPasswords: ["Correct horse battery"])
    }
}
