import MusterCore
import Synchronization

/// Keeps a few neighbourhoods from holding all connections that there may be.
///
/// While there is room everybody may have as many as it likes. When three quarters are taken, a neighbourhood (/24 of
/// IPv4, /48 of IPv6) that has a quarter of all gets no more. When nearly all are taken, a newcomer gets the place of a
/// connection on which nobody is being served, of a neighbourhood that holds the most. Whoever comes from a neighbourhood
/// that has its part gets the place of a network within it that holds more. Proxies that are trusted, and programs on this
/// machine, are not counted by themselves: all that they bring comes from them.
final class ConnectionShares: Sendable {
    /// The most connections that are looked at to find one on which nobody is being served.
    private static let looks = 32

    private struct State {
        var together = 0
        var places = ConnectionCrowd()
    }

    private let limit: Int
    /// From how many on newcomers get others' places: what is after it is for those whose place is being cleared.
    private let full: Int
    private let uncounted: AllowedNetworks
    private let refusesWhenFull: Bool
    private let noteRefusal: @Sendable () -> Void
    private let state = Mutex(State())

    /// Shares out so many connections.
    ///
    /// - Parameters:
    ///   - limit: How many there may be.
    ///   - uncounted: Networks that are not counted by themselves.
    ///   - refusesWhenFull: Whether a connection beyond the limit is refused here, whoever it comes from, and not kept waiting
    ///     before it comes here.
    ///   - noteRefusal: Called for each that is refused or ended.
    init(
        _ limit: Int,
        uncounted: AllowedNetworks,
        refusesWhenFull: Bool = false,
        noteRefusal: @escaping @Sendable () -> Void = {}
    ) {
        self.limit = limit
        full = limit - min(64, limit / 8)
        self.uncounted = uncounted
        self.refusesWhenFull = refusesWhenFull
        self.noteRefusal = noteRefusal
    }

    /// Counts a connection from an address.
    ///
    /// - Parameters:
    ///   - address: Where it comes from; nil if that is unknown.
    ///   - end: Ends it when its place goes to somebody else; called on any thread.
    /// - Returns: Its place; nil if it may not go on.
    func enter(
        _ address: IPAddress?,
        end: @escaping @Sendable () -> Void
    ) -> ConnectionPlace? {
        let place = ConnectionPlace(counted(address), end)
        let (isIn, loser) = state.withLock { state -> (Bool, ConnectionPlace?) in
            let isFull = state.together >= full
            let own = state.places.count(around: place)
            let hasQuarter = own >= max(1, limit / 4) && state.together >= limit - limit / 4
            var loser: ConnectionPlace?
            if hasQuarter || isFull && own > 0 && own >= state.places.most {
                loser = state.places.removeIdle(near: place, looks: Self.looks)
                if loser == nil { return (false, nil) }
            } else if isFull {
                loser = state.places.removeIdle(looks: Self.looks)
            }
            if loser == nil {
                if refusesWhenFull, state.together >= limit { return (false, nil) }
                state.together += 1
            }
            state.places.add(place)
            return (true, loser)
        }
        if !isIn || loser != nil { noteRefusal() }
        loser?.end()
        return isIn ? place : nil
    }

    /// Gives a place back, if it has not gone to somebody else.
    func leave(_ place: ConnectionPlace) {
        state.withLock { state in
            if state.places.remove(place) { state.together -= 1 }
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
    var isOfThisMachine: Bool {
        family == .v4 ? bits >> 24 == 127 : bits == 1
    }
}
