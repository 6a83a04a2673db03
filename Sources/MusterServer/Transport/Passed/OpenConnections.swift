import NIOCore
import Synchronization

/// The connections of a server, so that they can be told of its end.
final class OpenConnections: Sendable {
    private struct State {
        var channels: [ObjectIdentifier: any Channel] = [:]
        var isEnding = false
    }

    private let state = Mutex(State())

    /// Takes note of a new one.
    func add(_ channel: any Channel) {
        let isEnding = state.withLock { state in
            state.channels[ObjectIdentifier(channel)] = channel
            return state.isEnding
        }
        if isEnding { tell(channel) }
    }

    /// Forgets one that has ended.
    func remove(_ channel: any Channel) {
        state.withLock { _ = $0.channels.removeValue(forKey: ObjectIdentifier(channel)) }
    }

    /// Has all end as soon as nobody is being served on them.
    func quiesce() {
        let channels = state.withLock { state in
            state.isEnding = true
            return Array(state.channels.values)
        }
        for channel in channels { tell(channel) }
    }

    /// Returns when all that there are have ended.
    func ended() async {
        let channels = state.withLock { Array($0.channels.values) }
        for channel in channels { try? await channel.closeFuture.get() }
    }

    private func tell(_ channel: any Channel) {
        channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
    }
}
