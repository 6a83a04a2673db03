import Dispatch
import FoundationEssentials
import MusterCore
import Synchronization
import SystemCalls

/// A few threads that talk to mail servers, each with a connection of its own.
///
/// libcurl waits for a server's last reply without giving the thread back, whichever of its interfaces is used. So these
/// threads do nothing else.
final class SMTPThreads: Sendable {
    private typealias Job = @Sendable (SMTPSession?) -> Void

    private let jobs = Mutex<[Job]>([])
    private let available = DispatchSemaphore(value: 0)
    private let sessions: [SMTPSession?]

    /// Starts threads, which end when nobody holds this any more.
    ///
    /// - Parameter count: How many messages are on their way at a time, from 1.
    init(_ count: Int) {
        sessions = (0..<max(count, 1)).map { _ in SMTPSession() }
        for (number, session) in sessions.enumerated() {
            SystemThread.startSurely("mail-\(number + 1)") { [weak self, available] in
                while true {
                    available.wait()
                    guard let next = self.map({ $0.next() }) else { return }
                    next?(session)
                }
            }
        }
    }

    deinit {
        // Each signal lets one thread find that there is nothing left to work for.
        for _ in sessions { available.signal() }
    }

    /// Does something with a connection; nil if there was no memory for one.
    func run<Result: Sendable>(
        _ work: @escaping @Sendable (SMTPSession?) -> Result
    ) async -> Result {
        await withCheckedContinuation { continuation in
            jobs.withLock { $0.append { continuation.resume(returning: work($0)) } }
            available.signal()
        }
    }

    /// Ends what is under way; nothing is delivered any more.
    func abort() {
        for session in sessions { session?.abort() }
    }

    private func next() -> Job? {
        jobs.withLock { $0.isEmpty ? nil : $0.removeFirst() }
    }
}
