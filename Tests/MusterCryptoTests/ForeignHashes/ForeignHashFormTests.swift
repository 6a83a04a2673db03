import Foundation
import MusterCore
import MusterTesting
import Testing

@testable import MusterCrypto

@Suite("What is particular about the forms of hashes from elsewhere")
struct ForeignHashFormTests {
    private func hasher(_ weakForms: Set<WeakHashForm> = []) throws -> HashingThreads {
        let cheap = try Argon2Parameters(kibibytes: 1024, iterations: 1)
        return try HashingThreads(cheap, threads: 1, queueLimit: 1000, weakForms: weakForms)
    }

    /// The texts with other digits at `place` that differ only in bits outside `mask`.
    private func siblings(
        of text: String,
        at place: Int,
        mask: Int,
        _ order: [UInt8]
    ) throws -> [String] {
        var bytes = Array(text.utf8)
        let index = place < 0 ? bytes.count + place : place
        let own = try #require(order.firstIndex(of: bytes[index]))
        return order.indices.filter { $0 & mask == own & mask && $0 != own }.map { other in
            bytes[index] = order[other]
            return String(decoding: bytes, as: UTF8.self)
        }
    }

    /// Whether the hash opens to the password and to no other.
    private func opens(_ text: String, _ password: String = HashVector.ascii) throws -> Bool {
        let hash = try ForeignHash(parsing: text)
        return hash.matches(password) && !hash.matches(password + "x")
    }

    @Test("bits of bcrypt's salt and digest that belong to no byte shut nobody out")
    func bcryptBits() throws {
        for vector in HashVector.all
        where vector.hash.hasPrefix("$2") && vector.password == HashVector.ascii {
            let salts = try siblings(of: vector.hash, at: -32, mask: 0x30, CryptDigits.bcrypt)
            let ends = try siblings(of: vector.hash, at: -1, mask: 0x3C, CryptDigits.bcrypt)
            #expect(salts.count == 15 && ends.count == 3)
            // A dear one shows no more than a cheap one.
            for text in (vector.hash.contains("$10$") ? [salts[0]] : salts) + ends {
                #expect(try opens(text), "\(vector.madeBy) \(text)")
            }
        }
    }

    @Test("bits of the last digit of SHA-crypt and yescrypt that belong to no byte shut nobody out")
    func shaBits() throws {
        for (prefix, mask, count) in [
            ("$6$", 0x03, 15), ("$5$", 0x0F, 3), ("$y$", 0x0F, 3), ("$7$", 0x0F, 3),
        ] {
            for vector in HashVector.all
            where vector.hash.hasPrefix(prefix) && vector.password == HashVector.ascii {
                let ends = try siblings(of: vector.hash, at: -1, mask: mask, CryptDigits.common)
                #expect(ends.count == count)
                for text in ends { #expect(try opens(text), "\(vector.madeBy) \(text)") }
            }
        }
    }

    @Test("other bits than the spare ones count")
    func otherBits() throws {
        let bcrypt = try #require(HashVector.all.first { $0.hash.hasPrefix("$2b$04$") })
        for (place, mask) in [(-32, 0x0F), (-1, 0x03)] {
            for text in try siblings(of: bcrypt.hash, at: place, mask: mask, CryptDigits.bcrypt) {
                #expect(try !opens(text))
            }
        }
    }

    @Test("a hash with spare bits is kept as it came")
    func kept() throws {
        let bcrypt = try #require(HashVector.all.first { $0.hash.hasPrefix("$2b$04$") })
        let text = try siblings(of: bcrypt.hash, at: -32, mask: 0x30, CryptDigits.bcrypt)[0]
        #expect(try hasher().importHash(Secret(text)).text == text)
    }

    @Test("base64 of PBKDF2 is read as its programs read it, that of Argon2 is not")
    func base64() throws {
        let order = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        let hash =
            "$pbkdf2-sha256$1000$ey/FuDem9F4rZUypNSaEEA$wocmZSoCIlE9FGnOLWctGAIVOGUB8UC2j45NE3A5tvo"
        let argon =
            "$argon2id$v=19$m=1024,t=1,p=1$roe5VTQathIHf10oLJMmfw$tZ/StbARHq11lYPzpy+vJ0wqyLcTTCUX6tvIPQdP49g"
        for text in try siblings(of: hash, at: -1, mask: 0x3C, order) { #expect(try opens(text)) }
        for text in try siblings(of: hash, at: 41, mask: 0x30, order) { #expect(try opens(text)) }
        #expect(try opens(hash.replacing("EEA$", with: "EEA==$") + "="))
        for text in try siblings(of: argon, at: -1, mask: 0x3C, order) {
            #expect(throws: MusterError.self) { try ForeignHash(parsing: text) }
        }
    }

    @Test("names of schemes have no case")
    func schemeNames() throws {
        for vector in HashVector.programs + HashVector.weak where vector.hash.hasPrefix("{") {
            let end = try #require(vector.hash.firstIndex(of: "}"))
            let (name, rest) = (String(vector.hash[..<end]), String(vector.hash[end...]))
            for text in [name.lowercased(), name.uppercased(), name.capitalized] {
                #expect(try opens(text + rest), "\(text)")
            }
        }
    }

    @Test(
        "a weak form is refused by its name, and taken where the settings name it",
        arguments: HashVector.weak
    )
    func weak(_ vector: HashVector) async throws {
        let form = try #require(try ForeignHash(parsing: vector.hash).weakForm)
        let others = Set(WeakHashForm.allCases).subtracting([form])
        for forms in [[], others] {
            let error = #expect(throws: MusterError.self) {
                try hasher(forms).importHash(Secret(vector.hash))
            }
            #expect(error?.message.contains("{\(form.rawValue)}") == true)
            #expect(error?.message.contains("password.import.weakForms") == true)
            #expect(error?.message.contains(vector.hash.dropFirst(9)) == false)
        }
        let hash = try hasher([form]).importHash(Secret(vector.hash))
        // A hash that is there stays good when the setting has gone.
        let later = try self.hasher()
        #expect(try await later.check(Secret(vector.password), against: hash) == .rightButOutdated)
        #expect(try await later.check(Secret(vector.password + "x"), against: hash) == .wrong)
    }

    @Test("Argon2i with the cost of one's own hashes is outdated all the same")
    func argon2i() async throws {
        let hasher = try hasher()
        for vector in HashVector.programs
        where vector.hash.contains("$argon2i$v=19$m=1024,t=1,p=1$") {
            for text in [vector.hash, String(vector.hash.dropFirst("{ARGON2}".count))] {
                let hash = try hasher.importHash(Secret(text))
                let check = try await hasher.check(Secret(vector.password), against: hash)
                #expect(check == .rightButOutdated)
            }
        }
    }

    @Test(
        "bcrypt knows 72 bytes, as the programs that made the hash; more make no difference",
        arguments: HashVector.beyond72
    )
    func beyond72(_ vector: HashVector) async throws {
        let hasher = try hasher()
        let hash = try hasher.importHash(Secret(vector.hash))
        for count in [72, 73, 80, 511, 512, 1024] {
            let password = Secret(String(repeating: "x", count: count))
            #expect(
                try await hasher.check(password, against: hash) == .rightButOutdated,
                "\(count)"
            )
        }
        let short = Secret(String(repeating: "x", count: 71))
        #expect(try await hasher.check(short, against: hash) == .wrong)
        let other = Secret(
            String(repeating: "x", count: 71) + "y" + String(repeating: "x", count: 8)
        )
        #expect(try await hasher.check(other, against: hash) == .wrong)
    }

    @Test("yescrypt and scrypt of 256 MiB are read, and reckoned by memory")
    func memory() throws {
        let digits = String(repeating: "c", count: 43)
        let yescrypt = try ForeignHash(parsing: "$y$jF5$abcdefgh$\(digits)")
        #expect(yescrypt.work == HashWork(scheme: .yescrypt, count: 2_097_152))
        let scrypt = try ForeignHash(parsing: "$7$E6..../....salt$\(digits)")
        #expect(scrypt.work == HashWork(scheme: .scrypt, count: 524_288))
        let twice = try ForeignHash(parsing: "$7$E6....0....salt$\(digits)")
        #expect(twice.work.count == 2 * scrypt.work.count)
    }

    @Test("the form of a hash says how it is reckoned")
    func packed() throws {
        let vector = try #require(
            HashVector.programs.first { $0.hash.hasPrefix("{PBKDF2_SHA256}") }
        )
        let work = try ForeignHash(parsing: vector.hash).work
        #expect(work == HashWork(scheme: .pbkdf2SHA256, count: 8192 * 8))
    }
}
