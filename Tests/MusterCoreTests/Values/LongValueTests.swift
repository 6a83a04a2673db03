import MusterCore
import MusterTesting
import StoreTesting
import Testing
import TextBytes

@Suite("Values made of texts that are too long", .everyStore)
struct LongValueTests {
    private static let long = [
        String(repeating: "a", count: 100_000), String(repeating: "\u{E9}", count: 50_000),
        String(repeating: "1", count: 100_000), String(repeating: "/", count: 100_000),
    ]

    @Test("are refused, and quoted at most by their beginning", arguments: long)
    func refused(_ text: String) async {
        let username = Username(stored: "jane@example.com")
        let refusals = [
            await failure { _ = try Username(text) },
            await failure { _ = try ContactRules.name(text) },
            await failure { _ = try ContactRules.email("a@" + text, of: username) },
            await failure { _ = try AllowedNetworks([text]) },
            await failure { _ = try GroupDraft(name: text, isManagedBySAML: nil) },
            await failure { _ = try PhoneNumber(text) },
            await failure {
                _ = try SSHPublicKey(text, policy: SSHKeyPolicy(curves: TrustingCurves()))
            },
        ]
        for refusal in refusals {
            #expect(refusal != nil)
            #expect((refusal?.message.utf8.count ?? .max) < 500, "\(refusal?.message ?? "")")
        }
        #expect(IPAddress(text) == nil)
    }

    @Test("a password with too many bytes breaks that rule alone, whatever else is wrong with it")
    func passwords() async {
        let texts =
            Self.long + [
                String(repeating: "\n", count: 1025), String(repeating: "\u{E9}", count: 513),
            ]
        for kind in PasswordPolicy.Kind.allCases {
            for text in texts {
                let refusal = await failure {
                    try PasswordPolicy(kind).check(Secret(text), for: Username(stored: "jane"))
                }
                #expect(refusal?.message == "The password must have at most 1024 bytes.")
            }
        }
    }

    @Test("the longest address and network are read")
    func longestAddress() throws {
        let address = "0000:0000:0000:0000:0000:ffff:192.168.100.200"
        #expect(address.utf8.count == TextLimit.address)
        #expect(IPAddress(address)?.description == "192.168.100.200")
        #expect(try AllowedNetworks([address + "/128"]).texts == ["192.168.100.200"])
        #expect(IPAddress("0" + address) == nil)
    }

    @Test("a user is named without regard to the case of ASCII letters, and of no others")
    func names() async throws {
        let test = try await TestDirectory()
        let user = try await test.makeUser("kim@example.com")
        #expect(user.matches(.username("KIM@Example.COM")))
        #expect(!user.matches(.username("\u{212A}im@example.com")), "the sign for kelvin is no K")
        #expect(!user.matches(.username("kim@example.com\0")))
        #expect(!user.matches(.username(String(repeating: "k", count: 100_000))))
    }

    @Test("login names that differ in the case of ASCII letters alone are one, and hash alike")
    func usernames() {
        let names = ["kim", "KIM", "kIm", "\u{212A}im", "kiM "].map { Username(stored: $0) }
        #expect(Set(names).count == 3)
        #expect(names[0] == names[1] && names[0] != names[3] && names[0] != names[4])
    }

    @Test("a group may not have the built-in one's name, in whatever case")
    func builtInGroup() async throws {
        let test = try await TestDirectory()
        for name in ["All Users", "ALL USERS", "all users"] {
            let refusal = await failure {
                _ = try await test.groups.create(by: test.asAdministrator) {
                    () throws(MusterError) in
                    try GroupDraft(name: name, isManagedBySAML: nil)
                }
            }
            #expect(refusal?.code == .groupAlreadyExists)
        }
    }
}
