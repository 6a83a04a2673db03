import Foundation
import MusterCore

/// Puts each message with a code into a file of its own, for whatever carries it further.
///
/// The file appears under its name when it is complete, readable for its owner only. Names sort by time.
struct OutboxCodeSender: CodeSender {
    private let folder: String
    private let clock: any DirectoryClock
    private let random: any RandomSource

    /// Makes the folder where it is not there.
    ///
    /// - Throws: ``MusterError`` with code `setting.invalid` where it cannot be made.
    init(
        folder: String,
        clock: any DirectoryClock,
        random: any RandomSource
    ) throws(MusterError) {
        self.folder = folder
        self.clock = clock
        self.random = random
        do {
            try FileManager.default.createDirectory(
                atPath: folder,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
        } catch {
            throw MusterError(
                .settingInvalid,
                "The folder codes.outbox, \(folder), cannot be made.",
                cause: error
            )
        }
    }

    func send(_ message: CodeMessage) async throws(MusterError) {
        let time = String(clock.now().rawValue)
        let name = String(repeating: "0", count: max(0, 15 - time.count)) + time
        let path = "\(folder)/\(name)-\(Hex.text(random.bytes(4))).txt"
        let text = message.code.withExposedValue { code in
            """
            To: \(message.recipient)
            Channel: \(message.channel.rawValue)
            User: \(message.username.text)

            Your Muster verification code is \(code). It is good for 5 minutes.

            """
        }
        let partial = path + ".part"
        let isWritten = FileManager.default.createFile(
            atPath: partial,
            contents: Data(text.utf8),
            attributes: [.posixPermissions: 0o600]
        )
        guard isWritten, rename(partial, path) == 0 else {
            throw .overloaded("The verification code cannot be sent at present.", retryAfter: 30)
        }
    }
}
