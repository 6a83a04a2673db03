import Dispatch
import FoundationEssentials
import Logging
import MusterCore
import SystemCalls

/// Puts each message, with a code or a notice, into a file of its own, for whatever carries it further.
///
/// The file appears under its name when it is complete, readable for its owner only. Names sort by time.
struct OutboxCodeSender: CodeSender {
    /// What stands before a code.
    static let codeMark = "Your Muster verification code is"
    private static let partialSuffix = ".part"

    private let folder: String
    private let queue = DispatchQueue(label: "outbox", qos: .utility)
    private let clock: any DirectoryClock
    private let random: any RandomSource
    private let logger: Logger?

    /// Makes the folder where it is not there; as root, for the user whose folder it is in.
    ///
    /// - Throws: ``MusterError`` with code `setting.invalid` where it cannot be made.
    init(
        folder: String,
        clock: any DirectoryClock,
        random: any RandomSource,
        logger: Logger? = nil
    ) throws(MusterError) {
        self.folder = folder
        self.clock = clock
        self.random = random
        self.logger = logger
        try OutboxCodeSender.prepare(folder)
        OutboxCodeSender.removeUnfinished(in: folder)
    }

    /// Makes the folder where it is not there, and refuses one to which others may write.
    ///
    /// - Throws: ``MusterError`` with code `setting.invalid`.
    static func prepare(_ folder: String) throws(MusterError) {
        let isThere = FileManager.default.fileExists(atPath: folder)
        do {
            try NewFolder.make(folder)
        } catch {
            throw MusterError(
                .settingInvalid,
                NewFolder.failure("The folder codes.outbox, \(folder),", folder)
                    + " Name a place where this user may make one.",
                cause: error
            )
        }
        if !isThere { DurableFiles.giveToFolderOwner(folder) }
        try OwnFolder.guardOutbox(folder)
    }

    func send(_ message: CodeMessage) async throws(MusterError) {
        let text = message.code.withExposedValue { code in
            """
            To: \(message.recipient)
            Channel: \(message.channel.rawValue)
            User: \(message.username.text)

            \(Self.codeMark) \(code). It is good for 5 minutes.

            """
        }
        try await deliver(text, "verification code")
    }

    func send(_ notice: Notice) async throws(MusterError) {
        let text = """
            To: \(notice.recipient)
            Channel: email
            User: \(notice.party.name)

            \(notice.mail)

            """
        try await deliver(text, "notice")
    }

    /// Puts a message into a file of its own.
    private func deliver(_ text: String, _ noun: String) async throws(MusterError) {
        let time = String(clock.now().rawValue)
        let name = String(repeating: "0", count: max(0, 15 - time.count)) + time
        let path = "\(folder)/\(name)-\(Hex.text(random.bytes(4))).txt"
        let reason: String? = await withCheckedContinuation { continuation in
            // To bring it to disk may take a while, in which an event loop would answer nobody.
            queue.async { [folder] in
                continuation.resume(returning: Self.put(text, at: path, in: folder))
            }
        }
        if let reason {
            logger?.error(
                "a \(noun) cannot be written",
                metadata: ["reason": "\(reason)"]
            )
            throw .overloaded("The \(noun) cannot be sent at present.", retryAfter: 30)
        }
    }

    /// Puts a message on disk, and makes the folder again where it was removed under the running server.
    private static func put(_ text: String, at path: String, in folder: String) -> String? {
        let isMissing = access(folder, F_OK) != 0 && errno == ENOENT
        guard isMissing else { return put(text, at: path) }
        do throws(MusterError) {
            try prepare(folder)
        } catch {
            return error.message
        }
        return put(text, at: path)
    }

    /// Puts a message on disk, and then under its name; says why where it cannot.
    private static func put(_ text: String, at path: String) -> String? {
        let partial = path + partialSuffix
        do throws(CommandError) {
            try PrivateFile.write(Array(text.utf8), to: partial)
            DurableFiles.giveToFolderOwner(partial)
            try DurableFiles.move(partial, to: path)
            return nil
        } catch {
            unlink(partial)
            return error.message
        }
    }

    /// Removes messages that were cut short: whoever was to have them has long asked for new ones.
    private static func removeUnfinished(in folder: String) {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        for name in names where name.hasSuffix(".txt" + partialSuffix) {
            unlink(folder + "/" + name)
        }
    }
}
