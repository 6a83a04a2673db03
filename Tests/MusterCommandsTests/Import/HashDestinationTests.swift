import Testing

@testable import MusterCommands

@Suite("Hashes that open to nobody elsewhere")
struct HashDestinationTests {
    private static let argon =
        "$argon2id$v=19$m=8,t=1,p=1$AAECAwQFBgcICQoLDA0ODw$AAECAwQFBgcICQoLDA0ODw"
    private static let sixteen = "10000$hCnqwKFmhaSj6DSCVlmxHw$aa"
    private static let twentyFour = "10000$Oa+9SIezbsI3w+yxsB+2W2Ax2qpGw3Kt$aa="

    @Test(
        "a machine takes what crypt(3) takes, without a scheme's name",
        arguments: [
            ("$2b$04$aa", true), ("$2y$04$aa", true), ("$5$a$b", true), ("$6$a$b", true),
            ("$y$j9T$a$b", true), ("$7$96..../....ab$c", true), ("$7$96..../....a+b$c", false),
            ("{CRYPT}$6$a$b", false), (argon, false), ("{ARGON2}" + argon, false),
            ("$pbkdf2-sha256$\(sixteen)", false), ("{SSHA512}aa", false),
            ("bcrypt$$2b$04$aa", false),
            ("", false), ("{", false), ("{}", false),
        ]
    )
    func linux(_ hash: String, _ opens: Bool) {
        #expect((HashDestination.linux.trouble(with: hash) == nil) == opens)
    }

    @Test(
        "slapd takes its schemes, and PBKDF2 with salts of 16 bytes alone",
        arguments: [
            ("{CRYPT}$6$a$b", true), ("{crypt}$y$j9T$a$b", true),
            ("{CRYPT}$7$96..../....a+b$c", false),
            ("{ARGON2}" + argon, true), (argon, false), ("$6$a$b", false),
            ("{PBKDF2-SHA256}\(sixteen)", true), ("{pbkdf2-sha512}\(sixteen)", true),
            ("{PBKDF2-SHA256}\(twentyFour)", false), ("{PBKDF2-SHA512}broken", false),
            ("{PBKDF2_SHA256}AAAA", false), ("{BCRYPT}$2b$04$aa", false), ("{SSHA512}aa", true),
            ("pbkdf2_sha256$\(sixteen)", false), ("{", false),
        ]
    )
    func slapd(_ hash: String, _ opens: Bool) {
        #expect((HashDestination.slapd.trouble(with: hash) == nil) == opens)
    }

    @Test(
        "389-ds takes its schemes, and no Argon2",
        arguments: [
            ("{CRYPT}$6$a$b", true), ("{PBKDF2_SHA256}AAAA", true),
            ("{PBKDF2-SHA256}\(twentyFour)", true), ("{PBKDF2-SHA512}\(sixteen)", true),
            ("{SSHA512}aa", true), ("{ARGON2}" + argon, false), (argon, false), ("$6$a$b", false),
            ("{BCRYPT}$2b$04$aa", false), ("$pbkdf2-sha256$\(sixteen)", false),
        ]
    )
    func ds389(_ hash: String, _ opens: Bool) {
        #expect((HashDestination.ds389.trouble(with: hash) == nil) == opens)
    }

    @Test("what would help is said, and never the hash")
    func help() {
        for destination in HashDestination.allCases {
            let trouble = destination.trouble(with: Self.argon)
            #expect(trouble?.contains("AAEC") == false)
        }
        #expect(HashDestination.slapd.trouble(with: Self.argon)?.contains("{ARGON2}") == true)
        #expect(HashDestination.ds389.trouble(with: "$6$a$b")?.contains("{CRYPT}") == true)
        #expect(HashDestination.linux.trouble(with: "{CRYPT}$6$a$b")?.contains("{CRYPT}") == true)
    }
}
