import LDAPWire
import MusterCore
import MusterTesting
import StoreTesting
import Synchronization
import Testing

@testable import MusterServer

@Suite("Who is refused over LDAP", .everyStore)
struct LDAPBinderTests {
    /// What keeps a password from letting anybody in.
    private static let bars: [Bar] = [
        .disabled, .expired, .deleted, .notPermitted, .elsewhere, .passwordChanged,
        .passwordTemporary, .lockedEverywhere,
    ]

    private let hasher = CountingHasher()
    private let test: TestDirectory
    private let jane: User
    private let binder: LDAPBinder

    init() async throws {
        test = try await TestDirectory(
            rules: DirectoryRules(lockout: LockoutRule(duration: .seconds(900), scope: .account)),
            hasher: hasher
        )
        jane = try await test.makeUser("jane@example.com")
        let suffix = try #require(DistinguishedName("dc=example,dc=com".utf8))
        let settings = LDAPSettings(suffix: suffix, plaintextBind: .always, version: "1")
        binder = LDAPOperations(test.directory, settings).binder
    }

    /// What a bind is answered with, nil for success, and how many passwords were checked for it.
    private func bind(
        _ name: String = "jane@example.com",
        _ password: String = "Correct-Horse-7"
    ) async throws -> (refusal: LDAPResult?, checks: Int) {
        let before = hasher.checks.load(ordering: .relaxed)
        var writer = BERWriter()
        writer.constructed { writer in
            writer.integer(1)
            writer.constructed(0x60) { writer in
                writer.integer(3)
                writer.octets("uid=\(name),ou=people,dc=example,dc=com".utf8)
                writer.octets(password.utf8, tag: 0x80)
            }
        }
        guard case .bind(let bind) = try LDAPMessage(writer.bytes[...]).operation else {
            throw LDAPResult(.protocolError)
        }
        var refusal: LDAPResult?
        do throws(LDAPResult) {
            let request = try binder.request(bind, isSecure: true, from: TestDirectory.address)
            if let request {
                _ = try await binder.principal(
                    request,
                    from: TestDirectory.address,
                    knowsPolicy: false
                )
            }
        } catch {
            refusal = error
        }
        return (refusal, hasher.checks.load(ordering: .relaxed) - before)
    }

    @Test(
        "whatever the reason, a refusal has no words and costs the check of one password",
        arguments: bars
    )
    func bar(_ bar: Bar) async throws {
        let before = try await bind()
        #expect(before.refusal == nil && before.checks == 1)
        try await bar.fall(on: jane, in: test)
        let after = try await bind()
        #expect(after.refusal == LDAPResult(.invalidCredentials) && after.checks == 1)
    }

    @Test(
        "a wrong password and an unknown name cost as much, and so does whoever has a second factor"
    )
    func others() async throws {
        for (name, password) in [("jane@example.com", "wrong"), ("nobody", "Correct-Horse-7")] {
            let answer = try await bind(name, password)
            #expect(answer.refusal == LDAPResult(.invalidCredentials) && answer.checks == 1)
        }
        var coded = try await test.current(jane)
        coded.secondFactor = SecondFactor(isEmailEnabled: true)
        try await test.overwrite(coded)
        let answer = try await bind()
        #expect(answer.refusal == LDAPResult(.invalidCredentials) && answer.checks == 1)
    }

    @Test("what nobody has for a password is refused without a check")
    func long() async throws {
        let answer = try await bind("jane@example.com", String(repeating: "a", count: 1_000_000))
        #expect(answer.refusal == LDAPResult(.invalidCredentials) && answer.checks == 0)
    }
}

/// Counts the passwords that it checks.
private final class CountingHasher: WrappingHasher {
    let hasher = InstantHasher()
    let checks = Atomic(0)

    func check(
        _ password: Secret<String>,
        against hash: PasswordHash?,
        in lane: HashingLane
    ) async throws(MusterError) -> PasswordCheck {
        checks.add(1, ordering: .relaxed)
        return try await hasher.check(password, against: hash, in: lane)
    }
}
