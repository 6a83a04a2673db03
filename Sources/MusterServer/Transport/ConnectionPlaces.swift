import HummingbirdCore

/// Bounds how many connections there are at a time, and tells when all places are taken.
///
/// Nobody is refused: who comes then waits in the system's queue until a place is free.
struct ConnectionPlaces: AvailableConnectionsDelegate {
    private let limit: Int
    private let onFull: @Sendable () -> Void
    private var count = 0

    /// So many places.
    ///
    /// - Parameters:
    ///   - limit: How many, from 1.
    ///   - onFull: Called each time when the last place has been taken.
    init(_ limit: Int, onFull: @escaping @Sendable () -> Void) {
        self.limit = limit
        self.onFull = onFull
    }

    mutating func connectionOpened() {
        count += 1
        if count == limit { onFull() }
    }

    mutating func connectionClosed() {
        count -= 1
    }

    func isAcceptingNewConnections() -> Bool {
        count < limit
    }
}
