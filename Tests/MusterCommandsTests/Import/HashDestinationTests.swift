import Testing

@testable import MusterCommands

@Suite("Hashes that open to nobody elsewhere")
struct HashDestinationTests {
    private static let argon =
        "$argon2id$v=19$m=8,t=1,p=1$AAECAwQFBgcICQoLDA0ODw$AAECAwQFBgcICQoLDA0ODw"
    private static let sixteen = "10000$hCnqwKFmhaSj6DSCVlmxHw$aQ"
    private static let twentyFour = "10000$Oa+9SIezbsI3w+yxsB+2W2Ax2qpGw3Kt$aQ="

    @Test(
        "a machine takes what crypt(3) takes, without a scheme's name",
        arguments: [
            ("$2b$04$aa", true), ("$2y$04$aa", true), ("$5$a$b", true), ("$6$a$b", true),
            ("$y$j9T$a$b", true), ("$7$96..../....ab$c", true), ("$7$96..../....a+b$c", false),
            ("$7$96..../....a-b$c", false),
            ("{CRYPT}$6$a$b", false), (argon, false), ("{ARGON2}" + argon, false),
            ("$pbkdf2-sha256$\(sixteen)", false), ("{SSHA512}aGk=", false),
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
            ("{PBKDF2_SHA256}AAAA", false), ("{BCRYPT}$2b$04$aa", false), ("{SSHA512}aGk=", true),
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
            ("{SSHA512}aGk=", true), ("{ARGON2}" + argon, false), (argon, false), ("$6$a$b", false),
            ("{BCRYPT}$2b$04$aa", false), ("$pbkdf2-sha256$\(sixteen)", false),
        ]
    )
    func ds389(_ hash: String, _ opens: Bool) {
        #expect((HashDestination.ds389.trouble(with: hash) == nil) == opens)
    }

    /// Hashes of libxcrypt, and the same with bits set in a last digit that belong to no byte.
    private static let spelled: [(hash: String, isOfCrypt: Bool)] = [
        (
            "$2b$04$abcdefghijklmnopqrstuuyheooVJ10B88kNQcKpOTtWP8G9i2SZq",
            true
        ),
        (
            "$6$saltsalt$32SBYE44n2.PllP83x0LTN.ChZOjuYC/pRBn0W3VgkVGjdy9"
                + "cHQiL.FrAq4WZxXpPELQIXOzvllMsDke1m68m.",
            true
        ),
        (
            "$5$saltsalt$96TT5cP6O48ACbzHugbG6pUX1mhkfeAVjRYWHBkufj8",
            true
        ),
        (
            "$y$j75$saltsalt$wHjFk4pwKAjyJUPAFCJkcCPZkBOt.W4qG2aPk0rs2rD",
            true
        ),
        (
            "$7$6/..../....saltsalt$oGpLWuwO9.Q6oARwLvIpgkiNunyZ6VZDJXpBaQR1z92",
            true
        ),
        (
            "$2b$04$abcdefghijklmnopqrstuvyheooVJ10B88kNQcKpOTtWP8G9i2SZq",
            false
        ),
        (
            "$2b$04$abcdefghijklmnopqrstuuyheooVJ10B88kNQcKpOTtWP8G9i2SZr",
            false
        ),
        (
            "$6$saltsalt$32SBYE44n2.PllP83x0LTN.ChZOjuYC/pRBn0W3VgkVGjdy9"
                + "cHQiL.FrAq4WZxXpPELQIXOzvllMsDke1m68mw",
            false
        ),
        (
            "$5$saltsalt$96TT5cP6O48ACbzHugbG6pUX1mhkfeAVjRYWHBkufju",
            false
        ),
        (
            "$y$j75$saltsalt$wHjFk4pwKAjyJUPAFCJkcCPZkBOt.W4qG2aPk0rs2rz",
            false
        ),
        (
            "$7$6/..../....saltsalt$oGpLWuwO9.Q6oARwLvIpgkiNunyZ6VZDJXpBaQR1z9o",
            false
        ),
    ]

    @Test("a hash with bits that belong to no byte opens nowhere with crypt(3)", arguments: spelled)
    func spareBits(_ hash: String, _ isOfCrypt: Bool) {
        #expect((HashDestination.linux.trouble(with: hash) == nil) == isOfCrypt)
        for destination in [HashDestination.slapd, .ds389] {
            let trouble = destination.trouble(with: "{CRYPT}" + hash)
            #expect((trouble == nil) == isOfCrypt)
            #expect(trouble?.contains(hash) != true)
        }
    }

    @Test(
        "base64 is read as strictly as each directory reads it",
        arguments: [
            ("{SSHA512}aGk=", true, true), ("{SSHA512}aGl=", false, true),
            ("{SSHA256}aGk", false, true),
            ("{SSHA256}a.k=", false, false), ("{PBKDF2_SHA256}a.aa", false, false),
            ("{PBKDF2-SHA256}10000$hCnqwKFmhaSj6DSCVlmxHx$aQ", false, true),
            ("{PBKDF2-SHA512}10000$hCnqwKFmhaSj6DSCVlmxHw$aR==", false, true),
            ("{PBKDF2-SHA512}10000$hCnq.KFmhaSj6DSCVlmxHw$aQ==", true, true),
        ]
    )
    func base64(_ hash: String, _ opensAtSlapd: Bool, _ opensAt389: Bool) {
        #expect((HashDestination.slapd.trouble(with: hash) == nil) == opensAtSlapd)
        #expect((HashDestination.ds389.trouble(with: hash) == nil) == opensAt389)
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
