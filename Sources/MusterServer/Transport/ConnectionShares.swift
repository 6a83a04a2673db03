import MusterCore
import Synchronization

/// Keeps one network from holding all connections that there may be.
///
/// While there is room everybody may have as many as it likes. When three quarters are taken, a network that has a
/// quarter of all gets no more, so that others still come in. Proxies that are trusted, and programs on this machine,
/// are not counted: all that they bring comes from them.
final class ConnectionShares: Sendable {
    private struct State {
        var together = 0
        var ofNetwork: [SourceNetwork: Int] = [:]
    }

    private let limit: Int
    private let uncounted: HostRules
    private let noteRefusal: @Sendable () -> Void
    private let state = Mutex(State())

    /// Shares out so many connections; `noteRefusal` is called for each that is ended.
    init(
        _ limit: Int,
        uncounted: HostRules,
        noteRefusal: @escaping @Sendable () -> Void = {}
    ) {
        self.limit = limit
        self.uncounted = uncounted
        self.noteRefusal = noteRefusal
    }

    /// Counts a connection from an address; answers whether it may go on.
    func enter(_ address: IPAddress?) -> Bool {
        let network = counted(address)
        let isIn = state.withLock { state in
            let own = network.map { state.ofNetwork[$0, default: 0] } ?? 0
            guard state.together < limit - limit / 4 || own < max(1, limit / 4) else {
                return false
            }
            state.together += 1
            if let network { state.ofNetwork[network] = own + 1 }
            return true
        }
        if !isIn { noteRefusal() }
        return isIn
    }

    /// Gives back what ``enter(_:)`` has counted.
    func leave(_ address: IPAddress?) {
        let network = counted(address)
        state.withLock { state in
            state.together -= 1
            guard let network else { return }
            let left = state.ofNetwork[network, default: 1] - 1
            state.ofNetwork[network] = left > 0 ? left : nil
        }
    }

    private func counted(_ address: IPAddress?) -> SourceNetwork? {
        guard let address, !address.isOfThisMachine else { return nil }
        guard uncounted.networks.isEmpty || !uncounted.allow(address) else { return nil }
        return SourceNetwork(of: address)
    }
}

extension IPAddress {
    /// Whether it is of this machine: 127.0.0.0/8 or ::1 (RFC 1122 section 3.2.1.3, RFC 4291 section 2.5.3).
    fileprivate var isOfThisMachine: Bool {
        family == .v4 ? bits >> 24 == 127 : bits == 1
    }
}
