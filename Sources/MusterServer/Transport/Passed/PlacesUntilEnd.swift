import HummingbirdCore
import Synchronization

/// Bounds how many connections there are, and takes in none once the server is to end.
struct PlacesUntilEnd: AvailableConnectionsDelegate {
    /// Whether the server is to end.
    final class End: Sendable {
        private let isNear = Atomic(false)

        /// Says that it is.
        func approach() {
            isNear.store(true, ordering: .relaxed)
        }

        /// Whether that was said.
        var hasCome: Bool { isNear.load(ordering: .relaxed) }
    }

    var places: ConnectionPlaces
    let end: End

    mutating func connectionOpened() {
        places.connectionOpened()
    }

    mutating func connectionClosed() {
        places.connectionClosed()
    }

    func isAcceptingNewConnections() -> Bool {
        !end.hasCome && places.isAcceptingNewConnections()
    }
}
