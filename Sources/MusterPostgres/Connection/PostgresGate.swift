import Synchronization

/// Has a node's threads try one after the other to open a connection, while the engine lets nobody in and does not say so.
///
/// An engine that hung, or is slow, takes up what has knocked in the order of its coming, also where nobody waits behind the
/// gate any more. If each thread of each node knocked again as soon as it has given up, an engine that needs longer for all of
/// them than they wait would never come to one who still does.
final class PostgresGate: Sendable {
    private struct State: Sendable {
        /// Why the last one who has waited was not let in; nil once somebody was, or was refused at once.
        var trouble: PostgresError?
        var isTried = false
    }

    private let state = Mutex(State())
    private let patience: Duration

    /// Makes one.
    ///
    /// - Parameter patience: From when on an engine that has not opened is one that hangs; one that refuses does so at once.
    init(patience: Duration = .seconds(1)) {
        self.patience = patience
    }

    /// Opens a connection, or fails at once while another thread tries.
    ///
    /// - Throws: what `open` throws; while the engine hangs and somebody tries already, what the last one was told.
    func pass<Opened>(_ open: () throws -> Opened) throws -> Opened {
        let isAlone = try state.withLock { state in
            guard let trouble = state.trouble else { return false }
            guard !state.isTried else { throw trouble }
            state.isTried = true
            return true
        }
        let begun = ContinuousClock.now
        do {
            let opened = try open()
            note(nil, isAlone)
            return opened
        } catch {
            let hangs = begun.duration(to: .now) >= patience
            note(hangs ? error as? PostgresError : nil, isAlone)
            throw error
        }
    }

    private func note(_ trouble: PostgresError?, _ isAlone: Bool) {
        state.withLock { state in
            state.trouble = trouble
            if isAlone { state.isTried = false }
        }
    }
}
