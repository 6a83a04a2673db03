import FoundationEssentials
import Logging
import MusterCore
import ServiceLifecycle
import SystemCalls

/// Messages that were written into files for another program, in clear, and that nobody carries since Muster sends itself.
struct LeftMessages: Sendable {
    /// How often messages that are of no use any more are looked for.
    private static let pause = Duration.seconds(60)
    /// The longest file that is read to see whether it is a message; messages are shorter.
    private static let maximumBytes = 8_192

    private let folder: String
    /// Whether another program still carries messages from there.
    private let isInUse: Bool

    init(_ settings: Settings) {
        folder = settings.outbox
        var isInUse = false
        if case .folder = settings.delivery.mail { isInUse = true }
        if case .folder = settings.delivery.sms { isInUse = true }
        self.isInUse = isInUse
    }

    /// What an operator should know; empty if there are none.
    var advice: [String] {
        let count = names.count
        guard count > 0 else { return [] }
        return [
            "\(Count.text(Int64(count), "message")) for another program \(count == 1 ? "is" : "are") left in \(folder), in clear, "
                + "and the settings have none that sends them. A server removes each when it is of no use any more. "
                + "Run: rm \(folder)/*.txt"
        ]
    }

    /// Removes what is of no use any more at a moment.
    ///
    /// - Returns: How many are left.
    @discardableResult
    func sweep(at now: Timestamp) -> Int {
        names.count { name in
            let path = "\(folder)/\(name)"
            guard let end = end(of: name, path), end < now else { return true }
            return unlink(path) != 0
        }
    }

    /// Sweeps as long as a server runs and some are left.
    func keepSwept() async {
        while sweep(at: SystemClock().now()) > 0 {
            do {
                try await Task.sleep(for: LeftMessages.pause)
            } catch {
                return
            }
        }
    }

    private var names: [String] {
        guard !isInUse else { return [] }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.filter { LeftMessages.time(of: $0) != nil }
    }

    /// Up to when a message is of use: a code five minutes, a notice a day.
    private func end(of name: String, _ path: String) -> Timestamp? {
        guard let time = LeftMessages.time(of: name) else { return nil }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        let text = (try? Descriptor.read(descriptor, upTo: LeftMessages.maximumBytes)) ?? []
        let mark = Array(OutboxCodeSender.codeMark.utf8)
        let isCode = text.indices.contains { text[$0...].starts(with: mark) }
        return time.advanced(by: isCode ? VerificationCode.lifetime : Notice.lifetime)
    }

    /// The moment in a message's name: 15 digits and a hyphen stand before eight digits more, `.txt` after them.
    private static func time(of name: String) -> Timestamp? {
        let bytes = Array(name.utf8)
        guard bytes.count == 28, bytes[15] == UInt8(ascii: "-"),
            bytes.suffix(4) == Array(".txt".utf8)[...]
        else { return nil }
        return Int64(String(decoding: bytes.prefix(15), as: UTF8.self)).map(
            Timestamp.init(rawValue:)
        )
    }
}

/// Keeps the folder swept while a server runs.
struct LeftMessageService: Service {
    let messages: LeftMessages

    func run() async throws {
        await cancelWhenGracefulShutdown { await messages.keepSwept() }
        // A service that ends would end the server.
        try? await gracefulShutdown()
    }
}
