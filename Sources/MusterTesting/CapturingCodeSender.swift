public import MusterCore
import Synchronization

/// Keeps the messages with verification codes, so that a test can answer them.
public final class CapturingCodeSender: CodeSender {
    private struct State {
        var messages: [CodeMessage] = []
        var notices: [Notice] = []
        var refused: Set<CodeMessage.Channel> = []
        var isRefusingNotices = false
    }

    private let state = Mutex(State())

    /// Makes a sender that takes every message.
    public init() {}

    /// The messages so far, in the order in which they were sent.
    public var messages: [CodeMessage] {
        state.withLock { $0.messages }
    }

    /// The notices so far, in the order in which they were sent.
    public var notices: [Notice] {
        state.withLock { $0.notices }
    }

    /// The six digits of the last message; nil if none was sent.
    public var lastCode: Secret<String>? {
        messages.last?.code
    }

    /// Refuses messages and notices from now on, or takes them again.
    public func setRefusing(_ isRefusing: Bool) {
        for channel in [CodeMessage.Channel.sms, .email] { setRefusing(isRefusing, by: channel) }
        state.withLock { $0.isRefusingNotices = isRefusing }
    }

    /// Refuses messages of one channel from now on, or takes them again.
    public func setRefusing(_ isRefusing: Bool, by channel: CodeMessage.Channel) {
        state.withLock { state in
            if isRefusing {
                state.refused.insert(channel)
            } else {
                state.refused.remove(channel)
            }
        }
    }

    /// Keeps a message.
    ///
    /// - Throws: ``MusterError`` with code `server.overloaded` when told to refuse.
    public func send(_ message: CodeMessage) async throws(MusterError) {
        try state.withLock { state throws(MusterError) in
            guard !state.refused.contains(message.channel) else {
                throw .overloaded("The sender was told to refuse.", retryAfter: 30)
            }
            state.messages.append(message)
        }
    }

    /// Keeps a notice.
    ///
    /// - Throws: ``MusterError`` with code `server.overloaded` when told to refuse.
    public func send(_ notice: Notice) async throws(MusterError) {
        try state.withLock { state throws(MusterError) in
            guard !state.isRefusingNotices else {
                throw .overloaded("The sender was told to refuse.", retryAfter: 30)
            }
            state.notices.append(notice)
        }
    }
}
