import Foundation
import MusterCore
import MusterCrypto
import MusterSQLite
import MusterTesting
import Testing

@Suite("Secrets in the database file")
struct SecretsAtRestTests {
    private let folder: StoreFolder
    private let store: SQLiteStore
    private let test: TestDirectory

    init() async throws {
        folder = try StoreFolder()
        store = try folder.open()
        let parameters = try Argon2Parameters(kibibytes: 1024, iterations: 1)
        test = try await TestDirectory(
            store: store,
            digester: SystemDigester(MasterKey.random()),
            hasher: HashingThreads(parameters, threads: 1, queueLimit: 100)
        )
    }

    /// Whether `text` stands in any of the database's files, as text or as the bytes it is written in
    /// hexadecimal for.
    private func isOnDisk(_ text: String) throws -> Bool {
        var needles = [Data(text.utf8)]
        let digits = Array(text.utf8)
        if Hex.isHex(text, count: digits.count), digits.count.isMultiple(of: 2) {
            let pairs = stride(from: 0, to: digits.count, by: 2)
            needles.append(
                Data(
                    pairs.compactMap {
                        UInt8(String(decoding: digits[$0...$0 + 1], as: UTF8.self), radix: 16)
                    }
                )
            )
        }
        for suffix in ["", "-wal"] {
            guard let file = try? folder.folder.bytes("muster.sqlite" + suffix) else { continue }
            if needles.contains(where: { Data(file).range(of: $0) != nil }) { return true }
        }
        return false
    }

    @Test("a user's name is there, so that these tests can find what is")
    func control() async throws {
        _ = try await test.makeUser("jane@example.com")
        #expect(try isOnDisk("jane@example.com"))
        #expect(try isOnDisk(test.administrator.uuid.text.replacing("-", with: "")))
    }

    @Test("a password is not, neither the present nor a former one")
    func passwords() async throws {
        let user = try await test.makeUser("jane@example.com", password: Secret("first-Password-1"))
        try await test.passwords.change(.user(.id(user.id)), by: test.asAdministrator) {
            () throws(MusterError) in
            PasswordChange(new: Secret("second-Password-2"), current: nil)
        }
        let wrong = await failure {
            try await test.logIn("jane@example.com", Secret("third-Password-3"))
        }
        #expect(wrong?.code == .credentialsInvalid)
        let mistyped = await failure { try await test.logIn("fourth-Password-4") }
        #expect(mistyped?.code == .credentialsInvalid)
        try store.close()
        for text in [
            "first-Password-1", "second-Password-2", "third-Password-3", "fourth-Password-4",
        ] {
            #expect(try !isOnDisk(text), "\(text)")
        }
    }

    @Test("an API secret is not; the access key is")
    func apiKeys() async throws {
        let pair = try await test.keys.rotate(.oneself, by: test.asAdministrator)
        #expect(try isOnDisk(pair.accessKey))
        let (former, present) = (test.administratorKeys.secretKey, pair.secretKey)
        #expect(try !former.withExposedValue { try isOnDisk($0) })
        #expect(try !present.withExposedValue { try isOnDisk($0) })
    }

    @Test("the token of a session is not")
    func tokens() async throws {
        let issued = try await test.logIn(TestDirectory.administratorName)
        #expect(try !issued.token.withExposedValue { try isOnDisk($0) })
    }

    @Test("a phone number is not, neither the user's nor the one a code was sent to")
    func phones() async throws {
        let administrator = test.asAdministrator
        try await test.secondFactors.configure(.oneself, by: administrator) {
            () throws(MusterError) in
            let phone = try PhoneNumber("+4915112345678")
            return SecondFactorSettings(
                isEmailEnabled: false,
                isSMSEnabled: false,
                phone: phone,
                password: TestDirectory.administratorPassword
            )
        }
        try await test.secondFactors.sendVerification(to: .oneself, by: administrator) {
            () throws(MusterError) in
            (
                phone: try PhoneNumber("+4916087654321"),
                password: TestDirectory.administratorPassword
            )
        }
        let user = try await test.current(test.administrator)
        #expect(user.secondFactor.phone?.text == "+4915112345678")
        for digits in ["15112345678", "16087654321"] {
            #expect(try !isOnDisk(digits), "\(digits)")
        }
    }

    @Test("a verification code is not, and its digest is not a plain one")
    func codes() async throws {
        try await test.secondFactors.sendVerification(to: .oneself, by: test.asAdministrator) {
            () throws(MusterError) in
            (
                phone: try PhoneNumber("+4916087654321"),
                password: TestDirectory.administratorPassword
            )
        }
        let code = try #require(test.codes.lastCode)
        let id = test.administrator.id.rawValue
        try code.withExposedValue { code in
            #expect(code.utf8.count == 6)
            for text in [code, "\(id):\(code)"] {
                let plain = Hex.text(test.directory.digester.digest(text.utf8).bytes)
                let isPlain = try isOnDisk(plain)
                #expect(!isPlain)
            }
            let isKept = try isOnDisk("\(id):\(code)")
            #expect(!isKept)
        }
    }

    @Test("a store opened with another master key does not show phone numbers")
    func otherKey() async throws {
        try await test.secondFactors.configure(.oneself, by: test.asAdministrator) {
            () throws(MusterError) in
            let phone = try PhoneNumber("+4915112345678")
            return SecondFactorSettings(
                isEmailEnabled: false,
                isSMSEnabled: false,
                phone: phone,
                password: TestDirectory.administratorPassword
            )
        }
        let other = try SQLiteStore(
            path: folder.folder.file("muster.sqlite"),
            sealer: SodiumSealer(MasterKey.random()),
            digester: SystemDigester(MasterKey.random())
        )
        let refusal = await failure {
            try other.readNow { reader throws(MusterError) in
                try reader.user(.id(test.administrator.id))
            }
        }
        #expect(refusal?.code == .storeUnavailable)
    }
}
