import ActiveLogicClient
import ClientTestSupport
import FoundationEssentials
import MusterCore
import MusterTesting
import Testing

@Suite("Public keys")
struct PubKeyTests {
    @Test(
        "a key is listed in base64 with the fingerprint that ssh-keygen shows",
        arguments: [
            (PublicKeys.ed25519, "ssh-ed25519", PublicKeys.ed25519Fingerprint),
            (PublicKeys.rsa, "ssh-rsa", PublicKeys.rsaFingerprint),
            (PublicKeys.ecdsa, "ecdsa-sha2-nistp256", PublicKeys.ecdsaFingerprint),
        ]
    )
    func kinds(_ key: String, _ type: String, _ fingerprint: String) async throws {
        try await LiveServer.withUsers { users, server in
            try await users.addUser(name: "somebody", password: Passwords.first)
            let added = try await users.addPubKey("somebody", key)
            let listed = try await users.list(UserPubKey.self, user: "somebody")
            #expect(listed == [UserPubKey(username: "somebody", key: key)])
            for found in [added] + listed {
                #expect(found.type == type)
                #expect(found.fingerprint == fingerprint)
                let milliseconds = server.test.clock.now().rawValue
                #expect(found.addedAt == Date(timeIntervalSince1970: Double(milliseconds) / 1_000))
            }
        }
    }

    @Test("a whole line is taken and stored bare, in the order of adding, and once")
    func lines() async throws {
        try await LiveServer.withUsers { users, _ in
            try await users.addUser(name: "somebody", password: Passwords.first)
            try await users.addPubKey("somebody", "ssh-rsa \(PublicKeys.rsa) somebody@host")
            try await users.addPubKey("somebody", " \(PublicKeys.ed25519)\n")
            try await users.addPubKey("somebody", PublicKeys.rsa)
            let keys = try await users.list(UserPubKey.self, user: "somebody").map(\.key)
            #expect(keys == [PublicKeys.rsa, PublicKeys.ed25519])
        }
    }

    @Test("keys are removed as objects, as base64 and as lines")
    func removal() async throws {
        try await LiveServer.withUsers { users, _ in
            try await users.addUser(name: "somebody", password: Passwords.first)
            for key in [PublicKeys.rsa, PublicKeys.ed25519, PublicKeys.ecdsa] {
                try await users.addPubKey("somebody", key)
            }
            let first = try #require(try await users.list(UserPubKey.self, user: "somebody").first)
            try await users.removePubKey("somebody", first)
            try await users.removePubKey("somebody", PublicKeys.ed25519)
            try await users.removePubKey("somebody", "ecdsa-sha2-nistp256 \(PublicKeys.ecdsa) old")
            #expect(try await users.list(UserPubKey.self, user: "somebody").isEmpty)
        }
    }

    @Test(
        "removing a key that is not there is a PLDBError, so that nobody takes a typo for success"
    )
    func missing() async throws {
        try await LiveServer.withUsers { users, _ in
            try await users.addUser(name: "somebody", password: Passwords.first)
            let error = await refusal { () async throws(ActiveLogicError) in
                try await users.removePubKey("somebody", PublicKeys.ed25519)
            }
            #expect(error?.kind == .pldbError)
            #expect(error?.code == "ssh_key_not_found")
            #expect(error?.message == "no such key")
        }
    }

    @Test("a listed key can be given to somebody else: its user name does not count")
    func copying() async throws {
        try await LiveServer.withUsers { users, _ in
            try await users.addUser(name: "one", password: Passwords.first)
            try await users.addUser(name: "two", password: Passwords.first)
            let key = try await users.addPubKey("one", PublicKeys.ed25519)
            try await users.addPubKey("two", key)
            let copy = try await users.list(UserPubKey.self, user: "two")
            #expect(copy == [UserPubKey(username: "two", key: PublicKeys.ed25519)])
        }
    }

    @Test("the user name of a listed key is the present one")
    func renamed() async throws {
        try await LiveServer.withUsers { users, _ in
            try await users.addUser(name: "before", password: Passwords.first)
            try await users.addPubKey("before", PublicKeys.ed25519)
            try await users.updateUser("before", name: "after")
            #expect(
                try await users.list(UserPubKey.self, user: "after").map(\.username) == ["after"]
            )
        }
    }

    @Test("a user has 64 keys at most")
    func tooMany() async throws {
        try await LiveServer.withUsers { users, _ in
            try await users.addUser(name: "somebody", password: Passwords.first)
            for byte in UInt8(2)..<66 {
                try await users.addPubKey("somebody", PublicKeys.ed25519(byte))
            }
            let error = await refusal { () async throws(ActiveLogicError) in
                try await users.addPubKey("somebody", PublicKeys.ed25519(200))
            }
            #expect(error?.kind == .pldbError)
            #expect(error?.code == "ssh_key_too_many")
        }
    }
}
