import MusterAPI
import MusterCore
import MusterTesting

/// What calls need that set up a factor.
enum FactorWords {
    /// Begins to set up an app and a passkey for a user; says under which words calls name what they need.
    static func begin(_ test: TestDirectory, _ user: User) async throws -> [String: String] {
        let number = UInt8(truncatingIfNeeded: user.id.rawValue)
        let key = Secret([UInt8](repeating: number, count: TimeCode.secretBytes))
        let challenge = [UInt8](repeating: number, count: 32)
        let (now, digester) = (test.clock.now(), test.directory.digester)
        let app = try await test.directory.store.write { transaction throws(MusterError) in
            try transaction.insertUserHandle(challenge, of: user.id)
            try transaction.insertCeremony(
                Ceremony(
                    digest: digester.digest(challenge),
                    user: user.id,
                    purpose: .registration,
                    challenge: challenge,
                    issuedAt: now
                )
            )
            return try transaction.insertFactor(
                .timeCode(TimeCodeSecret(key: key, triesLeft: FactorRules.enrolmentTries)),
                of: user.id,
                label: "App",
                at: now
            )
        }
        let code = TimeCode.code(of: TimeCode.step(at: now), key, test.directory.cryptography)
        return [
            "app": "\(app.id.rawValue)", "app code": String(decoding: code, as: UTF8.self),
            "credential": credential(TestAuthenticator(number).attestation(challenge)),
        ]
    }

    /// An attestation as a browser sends it.
    static func credential(_ attestation: PasskeyAttestation) -> String {
        let client = Base64URL.text(FactorWords.clientData(attestation.clientData))
        return #"{"id":"AA","type":"public-key","response":{"clientDataJSON":"\#(client)","#
            + #""attestationObject":"\#(Base64URL.text(attestation.object))"}}"#
    }

    /// What a browser sends once the key of ``TestAuthenticator/init(_:digester:)`` of a number has signed a challenge.
    static func assertion(
        _ challenge: [UInt8],
        by number: UInt8,
        as credential: UInt8? = nil,
        of handle: [UInt8]? = nil
    ) -> String {
        let key = TestAuthenticator(number)
        let client = clientData(key.clientData("webauthn.get", challenge))
        let data = key.head(key.flags)
        let signature = PlainFactorCryptography.signature(
            over: data + PlainDigester().digest(client).bytes,
            by: .es256(
                x: [UInt8](repeating: number, count: 32),
                y: [UInt8](repeating: number + 1, count: 32)
            )
        )
        let id = [UInt8](repeating: credential ?? number, count: 16)
        let owner = handle.map { #","userHandle":"\#(Base64URL.text($0))""# } ?? ""
        return #"{"credential":{"id":"\#(Base64URL.text(id))","type":"public-key","response":{"#
            + #""clientDataJSON":"\#(Base64URL.text(client))","#
            + #""authenticatorData":"\#(Base64URL.text(data))","#
            + #""signature":"\#(Base64URL.text(signature))"\#(owner)}}}"#
    }

    /// Client data as a browser writes them.
    static func clientData(_ data: PasskeyClientData) -> [UInt8] {
        let challenge = Base64URL.text(data.challenge)
        return Array(
            #"{"type":"\#(data.type)","challenge":"\#(challenge)","origin":"\#(data.origin)"}"#.utf8
        )
    }
}

extension DirectoryRules {
    /// The rules of a server that passkeys can be for.
    static var withPasskeys: DirectoryRules {
        DirectoryRules(publicURL: try? PublicURL(TestAuthenticator.site.origin))
    }
}
