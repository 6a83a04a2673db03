import Dispatch
import FoundationEssentials
import MusterCore
import MusterServer
import SystemCalls

/// How many connections there may be, by how many files the process may have open.
///
/// What the server itself needs is set aside first. A process that has none left cannot be helped any more: the
/// libraries that it stands on end it.
struct FileDescriptors: Sendable, Equatable {
    /// The most connections at the socket for sshd and PAM where there are enough.
    static let mostLocal = 256
    /// The fewest connections with which it makes sense to serve.
    static let leastConnections = 16

    /// How many files the process may have open.
    let limit: Int
    /// The most connections from the network.
    let connections: Int
    /// The most connections at the local socket.
    let localConnections: Int
    /// How many connections were asked for.
    let wanted: Int

    /// Divides what there is.
    ///
    /// - Parameters:
    ///   - limit: How many files the process may have open.
    ///   - wanted: How many connections are asked for.
    ///   - processors: How many processors there are, each with an event loop.
    /// - Throws: ``MusterError`` with code `setting.invalid` where so few are left that nobody could be served.
    init(limit: Int, wanted: Int, processors: Int) throws(MusterError) {
        let own = FileDescriptors.own(processors)
        let least = own + 2 * FileDescriptors.leastConnections
        guard limit >= least else {
            throw MusterError(
                .settingInvalid,
                "This process may have only \(limit) files open, and needs \(least) at least. "
                    + FileDescriptors.advice(own, wanted)
            )
        }
        self.limit = limit
        self.wanted = wanted
        localConnections = min(
            FileDescriptors.mostLocal,
            max(FileDescriptors.leastConnections, (limit - own) / 8)
        )
        connections = min(wanted, limit - own - localConnections)
    }

    /// Whether there are fewer connections than were asked for.
    var isShort: Bool { connections < wanted }

    /// How to get as many as were asked for, in one sentence.
    static func advice(_ own: Int, _ wanted: Int) -> String {
        "Allow it \(own + mostLocal + wanted): LimitNOFILE= in its systemd unit, or ulimit -n in the shell."
    }

    /// How to get as many as were asked for, in one sentence.
    var advice: String {
        FileDescriptors.advice(
            FileDescriptors.own(ProcessInfo.processInfo.activeProcessorCount),
            wanted
        )
    }

    /// What the server needs for itself.
    private static func own(_ processors: Int) -> Int {
        // Three for each event loop and the loop of the process; standard input, output and error; the locks.
        let loops = 3 * (processors + 1) + 3 + 3
        // The clocks, the signals and the events of the dispatch library.
        let dispatch = 12
        // Sockets that listen; connections are accepted some at a time before they are counted.
        let sockets = 2 + 2 * 16
        // A message with a code and whatever else comes and goes.
        let passing = 16
        // Those who collect metrics, and where they are listened to.
        let metrics = MetricsApplication.connections + 1
        return StoreFactory.descriptors + loops + dispatch + sockets + passing + metrics
    }

    /// Raises the limit to the highest that the system allows this process, and says what it is then.
    static func raiseLimit() -> Int {
        guard let (now, most) = ResourceLimit.get(.descriptors) else { return 1024 }
        return now < most && ResourceLimit.set(.descriptors, to: most) ? most : now
    }

    /// Has everything opened that the clocks and events of the process need once and for all.
    static func openAhead() async {
        for clock in [.now(), .now()] as [DispatchWallTime] {
            DispatchQueue.global().asyncAfter(wallDeadline: clock) {}
        }
        DispatchQueue.global().asyncAfter(deadline: .now()) {}
        // Each of these clocks has a timer of its own.
        try? await Task.sleep(for: .milliseconds(1), clock: .continuous)
        try? await Task.sleep(for: .milliseconds(1), clock: .suspending)
    }
}
