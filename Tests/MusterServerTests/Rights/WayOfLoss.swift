import MusterCore
import MusterTesting
import StoreTesting
import Testing

/// How a caller has come in, and how it loses its right while its call is on its way.
struct WayOfLoss: Sendable, CustomTestStringConvertible {
    /// How the caller has come in.
    enum Method: String, Sendable {
        case keys
        case session
        /// With keys, in the name of another administrator.
        case impersonation
    }

    /// What happens to the caller, or to the user in whose name it acts.
    enum Loss: String, Sendable {
        case disabled
        case expired
        case deleted
        case demoted
        case masksTaken = "masks taken"
        case keysRenewed = "keys renewed"
        case wayClosed = "way closed"
        case hostsMoved = "hosts moved"
        case passwordReset = "password reset"
        case revoked
        case otherDisabled = "the impersonated user disabled"
        case otherDeleted = "the impersonated user deleted"
        case otherDemoted = "the impersonated user demoted"
    }

    let method: Method
    let loss: Loss

    var testDescription: String { name }
    var name: String { "\(method.rawValue): \(loss.rawValue)" }

    /// Every way.
    static let all: [WayOfLoss] = table.flatMap { method, losses in
        losses.map { WayOfLoss(method: method, loss: $0) }
    }

    private static let table: [(Method, [Loss])] = [
        (
            .keys,
            [
                .disabled, .expired, .deleted, .demoted, .masksTaken, .keysRenewed, .wayClosed,
                .hostsMoved,
            ]
        ),
        (
            .session,
            [
                .disabled, .expired, .deleted, .demoted, .masksTaken, .wayClosed, .hostsMoved,
                .passwordReset, .revoked,
            ]
        ),
        (
            .impersonation,
            [
                .disabled, .deleted, .demoted, .keysRenewed, .wayClosed, .hostsMoved,
                .otherDisabled, .otherDeleted, .otherDemoted,
            ]
        ),
    ]

    /// Whether a call is refused because of this.
    func hits(_ route: ChangingRoute) -> Bool {
        switch route.need {
        case .masks: true
        case .role: loss != .masksTaken
        case .session: method == .session && !isDemotion
        case .itself: method != .impersonation && !isDemotion
        // Whoever acts in another's name has to be an administrator for anything.
        case .nothing: !isDemotion || (method == .impersonation && loss == .demoted)
        }
    }

    private var isDemotion: Bool { [.demoted, .masksTaken, .otherDemoted].contains(loss) }

    /// Takes the right away, by the hand of the directory's owner.
    func happen(in scene: RightsScene) async throws {
        let test = scene.test
        let owner = test.asAdministrator
        let caller = UserReference.id(scene.caller.id)
        let other = UserReference.id(scene.other.id)
        switch loss {
        case .disabled: try await edit(caller, test) { $0.isEnabled = false }
        case .expired:
            let now = test.clock.now()
            try await edit(caller, test) { $0.expiry = .at(now) }
        case .deleted: try await delete(caller, test)
        case .demoted: try await edit(caller, test) { $0.role = .readOnly }
        case .masksTaken:
            try await edit(caller, test) {
                $0.readMask = 0
                $0.writeMask = 0
            }
        case .keysRenewed: _ = try await test.keys.rotate(.user(caller), by: owner)
        case .wayClosed:
            let isKeys = method != .session
            try await test.users.setAuthorizations(of: caller, by: owner) {
                () throws(MusterError) in
                UserChanges(Authorizations(api: !isKeys, password: isKeys))
            }
        case .hostsMoved:
            let hosts = try AllowedNetworks(["203.0.113.0/24"])
            try await edit(caller, test) { $0.hosts = hosts }
        case .passwordReset:
            try await test.passwords.change(.user(caller), by: owner) { () throws(MusterError) in
                PasswordChange(new: TestDirectory.administratorPassword, current: nil)
            }
        case .revoked: try await test.sessions.revokeAll(of: caller, by: owner)
        case .otherDisabled: try await edit(other, test) { $0.isEnabled = false }
        case .otherDeleted: try await delete(other, test)
        case .otherDemoted: try await edit(other, test) { $0.role = .readOnly }
        }
    }

    private func edit(
        _ user: UserReference,
        _ test: TestDirectory,
        _ build: (inout UserChanges) -> Void
    ) async throws {
        let changes = UserChanges(build)
        _ = try await test.users.edit(.user(user), by: test.asAdministrator) {
            () throws(MusterError) in changes
        }
    }

    private func delete(_ user: UserReference, _ test: TestDirectory) async throws {
        try await test.users.delete(user, by: test.asAdministrator) { () throws(MusterError) in nil
        }
    }
}

/// What a test wants to know of the moment at which the right was lost.
actor Moment {
    private(set) var contents: StoreContents?

    /// Takes the right away and keeps what the store holds then.
    func lose(_ way: WayOfLoss, in scene: RightsScene, keepsContents: Bool = true) async {
        do {
            try await way.happen(in: scene)
            if keepsContents { contents = try await scene.store.contents() }
        } catch {
            Issue.record(error, "\(way.name)")
        }
    }
}
