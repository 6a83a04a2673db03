import MusterTesting
import Testing

@testable import MusterCore

/// A user with a session, whose app and passkey a test holds.
struct FactorScene {
    let test: TestDirectory
    let user: User
    let session: IssuedSession

    init(
        _ name: String = "jane@example.com",
        rules: DirectoryRules? = nil,
        hasher: any PasswordHasher = InstantHasher()
    ) async throws {
        var all = rules ?? DirectoryRules()
        all.publicURL = try PublicURL(TestAuthenticator.site.origin)
        test = try await TestDirectory(rules: all, hasher: hasher)
        user = try await test.makeUser(name)
        session = try await test.logIn(name)
    }

    /// The user in its session.
    var principal: Principal {
        get async throws { try await test.enter(session) }
    }

    /// The code that an app shows after some seconds.
    func code(_ secret: Secret<[UInt8]>, after seconds: Int = 0) -> Secret<String> {
        let at = test.clock.now().advanced(by: .seconds(seconds))
        let digits = TimeCode.code(of: TimeCode.step(at: at), secret, test.directory.cryptography)
        return Secret(String(decoding: digits, as: UTF8.self))
    }

    /// The secret of an app that was begun.
    func secret(_ id: FactorID) async throws -> Secret<[UInt8]> {
        let factors = try await test.directory.store.read(.bounded) {
            [user] reader throws(MusterError) in
            try reader.factors(of: user.id)
        }
        guard case .timeCode(let secret)? = factors.first(where: { $0.id == id })?.proof,
            let key = secret.key
        else {
            throw MusterError(.factorNotFound, "none")
        }
        return key
    }

    /// Begins to set up an app.
    func begin(_ label: String? = nil) async throws -> NewTimeCode {
        try await test.factors.addTimeCode(by: principal) { () throws(MusterError) in (label, nil) }
    }

    /// Sets up an app; the next code of it is right from the next step on.
    func addApp(
        _ label: String? = nil
    ) async throws -> (id: FactorID, secret: Secret<[UInt8]>, codes: [Secret<String>]?) {
        let new = try await begin(label)
        let secret = try await secret(new.id)
        let added = try await test.factors.confirmTimeCode(new.id, by: principal) {
            () throws(MusterError) in code(secret)
        }
        test.clock.advance(by: .seconds(30))
        return (new.id, secret, added.recoveryCodes)
    }

    /// Sets up a passkey.
    func addPasskey(_ authenticator: inout TestAuthenticator) async throws -> AddedFactor {
        let options = try await test.factors.passkeyOptions(by: principal) {
            () throws(MusterError) in
            nil
        }
        authenticator.userHandle = options.userHandle
        let attestation = authenticator.attestation(options.challenge)
        return try await test.factors.addPasskey(by: principal) { () throws(MusterError) in
            (nil, attestation)
        }
    }

    /// Logs in with the password alone, which is not enough.
    func challenge() async throws -> LoginChallenge {
        let refusal = await failure { try await test.logIn("jane@example.com") }
        guard let challenge = refusal?.challenge else {
            throw refusal ?? MusterError(.codeInvalid, "it was enough")
        }
        return challenge
    }

    /// The reasons of the refusals so far.
    func reasons() async throws -> [String] {
        try await test.auditEvents().filter(\.isFailure).flatMap(\.fields).filter {
            $0.key == "reason"
        }
        .map(\.value)
    }

    /// Ends a login that waits: why it was not let in; nil if it was.
    func finish(
        _ handle: Secret<String>?,
        _ answer: FactorAnswer,
        from address: IPAddress? = TestDirectory.address
    ) async -> MusterError.Code? {
        await failure {
            try await test.logins.finish(
                handle ?? Secret(""),
                with: answer,
                from: TestDirectory.origin(address)
            )
        }?.code
    }
}
