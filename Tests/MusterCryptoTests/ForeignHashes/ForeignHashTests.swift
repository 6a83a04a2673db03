import Foundation
import MusterCore
import MusterTesting
import Testing

@testable import MusterCrypto

@Suite("Hashes from elsewhere")
struct ForeignHashTests {
    private func hasher() throws -> HashingThreads {
        let cheap = try Argon2Parameters(kibibytes: 1024, iterations: 1)
        return try HashingThreads(cheap, threads: 2, queueLimit: 1000)
    }

    @Test("is kept as it is, and opens to its password alone", arguments: HashVector.all)
    func vectors(_ vector: HashVector) async throws {
        let hasher = try hasher()
        let hash = try hasher.importHash(Secret(vector.hash))
        #expect(hash.text == vector.hash)
        #expect(try await hasher.check(Secret(vector.password), against: hash) != .wrong)
        for wrong in [vector.password + "x", String(vector.password.dropLast()), "", "\0"] {
            #expect(try await hasher.check(Secret(wrong), against: hash) == .wrong)
        }
    }

    @Test("is outdated, so that the next login puts one's own in its place")
    func outdated() async throws {
        let hasher = try hasher()
        for vector in HashVector.all where !vector.hash.contains("m=1024,t=1,p=1") {
            let hash = try hasher.importHash(Secret(vector.hash))
            let check = try await hasher.check(Secret(vector.password), against: hash)
            #expect(check == .rightButOutdated, "\(vector.madeBy)")
        }
    }

    @Test("a password with a NUL is not taken for what stands before it")
    func nul() async throws {
        let hasher = try hasher()
        for vector in HashVector.all {
            let hash = try hasher.importHash(Secret(vector.hash))
            let longer = Secret(vector.password + "\0" + "tail")
            #expect(try await hasher.check(longer, against: hash) == .wrong, "\(vector.madeBy)")
        }
    }

    @Test("a password that was hashed in a decomposed Unicode form still opens")
    func decomposed() async throws {
        let decomposed = "cafe\u{301}-Horse-7"
        let salt = Array("0123456789abcdef".utf8)
        let made = try #require(
            PBKDF2Hash.made(from: decomposed, salt: salt, rounds: 1000)
        )
        let hasher = try hasher()
        let hash = try hasher.importHash(Secret(made))
        #expect(try await hasher.check(Secret(decomposed), against: hash) == .rightButOutdated)
        #expect(try await hasher.check(Secret("caf\u{E9}-Horse-8"), against: hash) == .wrong)
    }

    @Test("the refusal names the field and the forms, and never the hash")
    func refusal() throws {
        let hasher = try hasher()
        let hash = "5f4dcc3b5aa765d61d8327deb882cf99"
        let error = #expect(throws: MusterError.self) { try hasher.importHash(Secret(hash)) }
        #expect(error?.code == .inputInvalid)
        #expect(error?.details["field"] == "password_hash")
        for form in [
            "Argon2id", "{ARGON2}", "argon2$argon2id$", "bcrypt", "{BCRYPT}", "bcrypt$$2b$",
            "bcrypt_sha256$$2b$", "PBKDF2", "{PBKDF2-SHA256}", "{PBKDF2_SHA256}", "pbkdf2_sha256$",
            "yescrypt ($y$", "scrypt ($7$", "SHA-512-crypt ($6$", "SHA-256-crypt ($5$", "{CRYPT}",
            "{SSHA256}", "{SSHA512}", "password.import.weakForms",
        ] {
            #expect(error?.message.contains(form) == true)
        }
        #expect(error?.message.contains(hash) == false)
    }

    @Test("costs at the bounds are taken")
    func bounds() throws {
        for text in HostileHashes.atTheBounds {
            #expect(throws: Never.self, "\(text)") { try ForeignHash(parsing: text) }
        }
    }

    @Test("a cost for which no machine has the time is refused", arguments: HostileHashes.endless)
    func endless(_ text: String) throws {
        let hasher = try hasher()
        let error = #expect(throws: MusterError.self) { try hasher.importHash(Secret(text)) }
        #expect(error?.details["field"] == "password_hash")
        #expect(error?.message.contains("password.import.milliseconds") == true)
    }

    @Test("anything else is refused", arguments: HostileHashes.all)
    func hostile(_ text: String) throws {
        let error = #expect(throws: MusterError.self) { try ForeignHash(parsing: text) }
        #expect(error?.details["field"] == "password_hash")
    }

    @Test("a text of any length and any bytes is refused without harm")
    func long() throws {
        for prefix in [
            "$argon2id$v=19$m=", "$2b$", "$6$", "$5$", "$y$j", "$7$", "$pbkdf2-sha256$", "{CRYPT}",
            "{",
            "{SSHA512}", "{PBKDF2_SHA256}", "{ARGON2}", "argon2$", "bcrypt$$", "bcrypt_sha256$$",
            "",
        ] {
            for filling in ["9", "$", "=", "A", ",", "\0", "é"] {
                let text = prefix + String(repeating: filling, count: 600)
                #expect(throws: MusterError.self) { try ForeignHash(parsing: text) }
                let short = prefix + String(repeating: filling, count: 60)
                #expect(throws: MusterError.self) { try ForeignHash(parsing: short) }
            }
        }
    }

    @Test(
        "a hash with any one character changed, removed or doubled is refused or opens to nothing"
    )
    func mutations() async throws {
        let cheap = HashVector.all.filter { $0.hash.hasPrefix("$pbkdf2-sha256$1000$") }
        let vector = try #require(cheap.first)
        let bytes = Array(vector.hash.utf8)
        let known = try PBKDF2Hash(parsing: bytes)
        for index in bytes.indices {
            var changed = bytes
            changed[index] = changed[index] == 0x41 ? 0x42 : 0x41
            var removed = bytes
            removed.remove(at: index)
            var doubled = bytes
            doubled.insert(bytes[index], at: index)
            for mutant in [changed, removed, doubled] {
                let text = String(decoding: mutant, as: UTF8.self)
                guard let hash = try? ForeignHash(parsing: text) else { continue }
                // Another spelling of the same bytes is the same hash.
                if try PBKDF2Hash(parsing: mutant) == known { continue }
                #expect(!hash.matches(vector.password), "\(text)")
            }
        }
    }
}

extension PBKDF2Hash {
    /// A hash as passlib would write it.
    fileprivate static func made(from password: String, salt: [UInt8], rounds: Int) -> String? {
        let key = PBKDF2Hash.derive(
            password,
            salt: salt,
            rounds: rounds,
            isSHA512: false,
            count: 32
        )
        guard let key else { return nil }
        let texts = [Data(salt), Data(key)].map {
            $0.base64EncodedString().filter { $0 != "=" }
        }
        return "$pbkdf2-sha256$i=\(rounds),l=32$\(texts[0])$\(texts[1])"
    }
}
