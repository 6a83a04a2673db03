import LDAPWire
import NIOCore
import Synchronization

/// The connections there are, to be told when the server stops.
final class OpenLDAPConnections: Sendable {
    private struct Entry {
        let channel: any Channel
        let connection: NIOLoopBound<LDAPConnection>
    }

    private let entries = Mutex<[ObjectIdentifier: Entry]>([:])

    /// Counts a connection until it is closed.
    func add(_ channel: any Channel, _ connection: NIOLoopBound<LDAPConnection>) {
        let key = ObjectIdentifier(channel)
        entries.withLock { $0[key] = Entry(channel: channel, connection: connection) }
        channel.closeFuture.whenComplete { [self] _ in
            _ = entries.withLock { $0.removeValue(forKey: key) }
        }
    }

    /// Tells every client that the server stops, and returns when they are gone.
    func end() async {
        let all = entries.withLock { Array($0.values) }
        for entry in all {
            let (channel, connection) = (entry.channel, entry.connection)
            channel.eventLoop.execute {
                connection.value.disconnect(LDAPResult(.unavailable, "the server stops"))
            }
            // Whoever reads nothing does not keep the server from stopping.
            channel.eventLoop.scheduleTask(in: .seconds(LDAPLimits.farewell)) {
                channel.close(promise: nil)
            }
        }
        for entry in all { try? await entry.channel.closeFuture.get() }
    }
}
