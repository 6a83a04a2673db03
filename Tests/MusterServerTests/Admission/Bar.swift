import MusterCore
import MusterTesting

/// A reason for which a user may not come in: a rule, and how it comes to hold for a user.
enum Bar: String, CaseIterable, Sendable {
    case disabled
    case expired
    case deleted
    case notPermitted = "neither keys nor password permitted"
    case elsewhere = "from elsewhere than its hosts"
    case addressUnknown = "from an unknown address, with hosts"
    case inactive
    case sessionTooOld = "session too old"
    case keysReplaced = "keys replaced"
    case sessionEnded = "session ended"
    case sshKeyRemoved = "public key removed"
    case passwordChanged = "password changed"
    case passwordTemporary = "password temporary"
    case lockedEverywhere = "locked for everybody"
    case lockedThere = "locked for the network"
    case mustEnrol = "second factor to be set up"
    case demoted = "role and masks lost"
}

extension Bar {
    /// Lets the rule hold for a user from now on; nothing else about it changes.
    func fall(on user: User, in test: TestDirectory) async throws(MusterError) {
        let owner = test.asAdministrator
        let (reference, now) = (UserReference.id(user.id), test.clock.now())
        switch self {
        case .disabled: try await change(user, test) { $0.isEnabled = false }
        case .expired: try await change(user, test) { $0.expiresAt = now }
        case .deleted:
            try await test.users.delete(reference, by: owner) { () throws(MusterError) in nil }
        case .notPermitted:
            try await change(user, test) {
                $0.authorizations = Authorizations(
                    api: false,
                    password: false,
                    saml: true,
                    requiresSecondFactorEnrolment: false
                )
            }
        case .elsewhere, .addressUnknown:
            let hosts = try AllowedNetworks(["203.0.113.0/24"])
            try await change(user, test) { $0.hosts = hosts }
        case .inactive:
            try await change(user, test) { $0.inactivityTimeout = .seconds(60) }
            test.clock.advance(by: .seconds(61))
        case .sessionTooOld:
            test.clock.advance(by: test.directory.rules.sessionLifetime + .seconds(1))
        case .keysReplaced: _ = try await test.keys.rotate(.user(reference), by: owner)
        case .sessionEnded: try await test.sessions.revokeAll(of: reference, by: owner)
        case .sshKeyRemoved:
            try await test.sshKeys.remove(from: reference, by: test.asMaskAdministrator) {
                () throws(MusterError) in RightsScene.keyLine(0x42)
            }
        case .passwordChanged:
            // No password is set twice in one millisecond.
            test.clock.advance(by: .milliseconds(1))
            try await test.passwords.change(.user(reference), by: owner) {
                () throws(MusterError) in
                PasswordChange(new: Secret("Another-Horse-9"), current: nil)
            }
        case .passwordTemporary:
            try await test.directory.store.write { transaction throws(MusterError) in
                guard var password = try transaction.password(of: user.id) else { return }
                password.isTemporary = true
                try transaction.replacePassword(of: user.id, with: password)
            }
        case .mustEnrol:
            try await change(user, test) {
                let now = $0.authorizations
                $0.authorizations = Authorizations(
                    api: now.api,
                    password: now.password,
                    saml: now.saml,
                    requiresSecondFactorEnrolment: true
                )
            }
        case .lockedEverywhere:
            let failed = LoginRecord(failureCount: 6, failureTotal: 6, lastFailure: now)
            try await test.directory.store.write { transaction throws(MusterError) in
                try transaction.updateLogins(of: user.id, to: failed)
            }
        case .lockedThere:
            let network = SourceNetwork(of: TestDirectory.address)
            let asked = LoginSource(network, askedBy: test.administrator.id)
            // As the module has it: the caller, a client without a name, and the network.
            let place = test.directory.digester.digest("\0\(network)".utf8).bytes.prefix(8)
            let caller = test.administrator.id.rawValue
            let ofRadius = LoginSource(stored: "radius \(caller) \(Hex.text(place))")
            try await test.directory.store.write { transaction throws(MusterError) in
                for source in [LoginSource(network), asked, ofRadius] {
                    try transaction.replaceLoginSource(
                        source,
                        of: user.id,
                        with: LoginSourceRecord(failureCount: 6, lastFailure: now)
                    )
                }
            }
        case .demoted:
            try await change(user, test) {
                $0.role = .readOnly
                $0.masks = Masks()
            }
        }
    }

    private func change(
        _ user: User,
        _ test: TestDirectory,
        _ build: @escaping @Sendable (inout User) -> Void
    ) async throws(MusterError) {
        let now = test.clock.now()
        try await test.directory.store.write { transaction throws(MusterError) in
            guard var user = try transaction.user(.id(user.id)) else { return }
            build(&user)
            try transaction.updateUser(user, at: now)
        }
    }
}
