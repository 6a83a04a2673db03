/// How whoever opens more of its own account, in a session, shows with some call that it is itself.
///
/// A session may have been stolen. What it would set of its owner's outlives it: more hosts, a later end.
public enum OwnProof: Sendable {
    /// The call has a place for the present password.
    case password
    /// It has none: whoever means it logs in again.
    case login
    /// The same, where the dialect knows no second factors: it is asked only of whoever has one.
    case loginWithFactor

    /// What is asked for, in a sentence.
    fileprivate var way: String {
        switch self {
        case .password: "send your \"current_password\""
        case .login, .loginWithFactor: "log in again"
        }
    }
}

extension UserEdit {
    /// Refuses to open more of the caller's own account where its session may have been stolen.
    ///
    /// - Throws: ``MusterError`` with code `factor.confirmation_required`, `access.impersonation_refused` or
    ///   `store.unavailable`.
    func requireProof(
        _ before: User,
        _ after: User,
        in reader: any DirectoryReader
    ) throws(MusterError) {
        guard !isConfirmed, after.opensMore(than: before),
            try principal.hasToProveItself(toChange: before),
            try !reader.hasProvedItself(principal, access)
        else { return }
        if case .loginWithFactor = proof, try !reader.hasSecondFactor(before) { return }
        throw OwnConfirmation.refusal(nil, to: proof.way)
    }
}

extension User {
    /// Whether it may come in from more places, or for longer, than as it was.
    fileprivate func opensMore(than before: User) -> Bool {
        hosts.isWider(than: before.hosts) || staysLonger(than: before)
    }

    /// Whether its sessions and keys rest for longer before they end, or it expires later, than as it was.
    func staysLonger(than before: User) -> Bool {
        before.inactivityTimeout.ends(before: inactivityTimeout)
            || before.expiresAt.map { then in expiresAt.map { $0 > then } ?? true } ?? false
    }
}

extension Duration {
    /// Whether a session that rests is over sooner than by another timeout; none ends by a timeout of 0.
    fileprivate func ends(before other: Duration) -> Bool {
        self != .zero && (other == .zero || other > self)
    }
}

extension AllowedNetworks {
    /// Whether somebody may come from where the other ones let nobody in.
    ///
    /// Two halves of a network are not seen to be that network.
    fileprivate func isWider(than other: AllowedNetworks) -> Bool {
        guard self != other, !other.networks.isEmpty else { return false }
        return networks.isEmpty
            || !networks.allSatisfy { network in
                other.networks.contains { $0.contains(network) }
            }
    }
}

extension Network {
    /// Whether all addresses of another one lie in this one.
    fileprivate func contains(_ network: Network) -> Bool {
        network.prefixLength >= prefixLength && contains(network.base)
    }
}
