import Dispatch
import FoundationEssentials
public import MusterCore
import SystemCalls

/// Letters of one way on disk, sealed, until they are delivered, refused or of no use any more.
///
/// A letter that was taken in survives the end of the process, however it comes, and the loss of power. The file's name has
/// the time, so that names sort by it, and how often the letter was tried: `<milliseconds>-<id>.<tries>.msg`.
public final class MessageSpool: Sendable {
    /// The most letters that wait.
    public static let mostWaiting = 1000
    /// The most letters of which it is kept that they failed, and for how long.
    static let mostFailed = 1000
    static let failedKept = Duration.seconds(7 * 86_400)

    /// What the letters are sealed for, before the name of the file.
    private static let context = "outbox/"

    private let folder: SpoolFolder
    private let sealer: any Sealer
    private let clock: any DirectoryClock
    private let uptime: @Sendable () -> Duration
    private let queue: DispatchQueue
    private let waiting = WaitingLetters()

    /// Opens a spool, and takes up what is in it.
    ///
    /// What was on its way goes back to what waits, since nobody knows how far it got.
    ///
    /// - Parameters:
    ///   - path: The folder.
    ///   - sealer: Seals the letters.
    ///   - clock: Tells when letters are of no use any more.
    ///   - uptime: Tells the time since some moment, whatever becomes of the wall clock.
    /// - Throws: ``MusterError`` with code `setting.invalid` where the folder cannot be used.
    public init(
        _ path: String,
        sealer: any Sealer,
        clock: any DirectoryClock,
        uptime: @escaping @Sendable () -> Duration = MessageSpool.uptime
    ) throws(MusterError) {
        folder = try SpoolFolder(path)
        self.sealer = sealer
        self.clock = clock
        self.uptime = uptime
        queue = DispatchQueue(label: "spool", qos: .utility)
        takeUp()
        tidyFailed()
    }

    /// The time since this process first asked, by a clock that is never set.
    public static let uptime: @Sendable () -> Duration = {
        let clock = ContinuousClock()
        let start = clock.now
        return { start.duration(to: clock.now) }
    }()

    /// How many letters wait or are on their way.
    public var count: Int { waiting.count }

    /// Takes a letter in; it is on disk when this returns.
    ///
    /// - Returns: Why it cannot be; nil where it was.
    public func put(_ letter: Letter) async -> String? {
        guard waiting.count < MessageSpool.mostWaiting else {
            return "\(MessageSpool.mostWaiting) messages wait already"
        }
        let name = MessageSpool.name(letter)
        let reason: String? = await onQueue { [self] in
            let box = sealer.seal(letter.bytes, context: MessageSpool.context + name)
            return folder.write(box, as: MessageSpool.file(name, 0), .new)
        }
        if reason == nil { add(name, letter, tries: 0) }
        return reason
    }

    /// Takes the letter that has been due the longest, and waits until there is one; nil after ``close()``.
    func take() async -> (letter: Letter, entry: WaitingLetters.Entry)? {
        while let entry = await waiting.take(at: uptime()) {
            let file = MessageSpool.file(entry.name, entry.tries)
            let letter: Letter? = await onQueue { [self] in
                guard folder.move(file, .new, to: file, .sending) else { return nil }
                return open(entry.name, file, .sending)
            }
            // Who removes a file takes its letter back.
            guard let letter else {
                waiting.forgetTaken()
                continue
            }
            return (letter, entry)
        }
        return nil
    }

    /// Whether a letter may still go out.
    func isOpen(_ letter: Letter, _ entry: WaitingLetters.Entry) -> Bool {
        letter.isOpen(at: clock.now()) && uptime() < entry.end
    }

    /// How long a letter may still take.
    func timeLeft(_ letter: Letter, _ entry: WaitingLetters.Entry) -> Duration {
        min(letter.expiresAt.since(clock.now()), entry.end - uptime())
    }

    /// Ends a letter that was delivered, or is of no use any more.
    func finish(_ entry: WaitingLetters.Entry) async {
        let file = MessageSpool.file(entry.name, entry.tries)
        await onQueue { [self] in folder.remove(file, .sending) }
        waiting.forgetTaken()
    }

    /// Ends a letter that will never be taken, and keeps why, without what it says and for whom.
    func fail(_ letter: Letter, _ entry: WaitingLetters.Entry, _ reason: String) async {
        let text = """
            Time: \(clock.now().text)
            Channel: \(letter.channel.rawValue)
            Purpose: \(letter.purpose)
            User: \(letter.party.name)
            Tries: \(entry.tries + 1)
            Reason: \(reason)

            """
        await onQueue { [self] in
            _ = folder.write(Array(text.utf8), as: entry.name + ".txt", .failed)
        }
        await finish(entry)
    }

    /// Lets a letter wait for its next try.
    ///
    /// - Returns: Whether there is one.
    func retry(_ letter: Letter, _ entry: WaitingLetters.Entry) async -> Bool {
        let now = uptime()
        guard let pause = RetrySchedule.pause(after: entry.tries + 1, isCode: letter.isCode),
            now + pause < entry.end, pause < letter.expiresAt.since(clock.now())
        else { return false }
        var next = entry
        next.tries += 1
        next.due = now + pause
        let (old, new) = (
            MessageSpool.file(entry.name, entry.tries), MessageSpool.file(next.name, next.tries)
        )
        let isThere = await onQueue { [self] in folder.move(old, .sending, to: new, .new) }
        guard isThere else { return false }
        waiting.giveBack(next, at: now)
        return true
    }

    /// Hands on what has become due.
    func wake() {
        waiting.wake(at: uptime())
    }

    /// Sends away whoever waits for letters.
    func close() {
        waiting.close()
    }
}

extension MessageSpool {
    private static func name(_ letter: Letter) -> String {
        let time = String(max(0, letter.createdAt.rawValue))
        return String(repeating: "0", count: max(0, 15 - time.utf8.count)) + time + "-" + letter.id
    }

    private static func file(_ name: String, _ tries: Int) -> String { "\(name).\(tries).msg" }

    /// A file's name in its parts; nil where it is no letter's.
    private static func parts(_ file: String) -> (name: String, tries: Int)? {
        let parts = file.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[2] == "msg", let tries = Int(parts[1]),
            (0..<1000).contains(tries), parts[0].utf8.count > 33, parts[0].utf8.count < 64
        else { return nil }
        return (String(parts[0]), tries)
    }

    private func add(_ name: String, _ letter: Letter, tries: Int) {
        let now = uptime()
        let left = letter.expiresAt.since(clock.now())
        waiting.add(.init(name: name, tries: tries, due: now, end: now + left), at: now)
    }

    /// Takes up what a process before this one has left.
    private func takeUp() {
        folder.removePartial()
        for file in folder.names(.sending) {
            guard let (name, tries) = MessageSpool.parts(file) else { continue }
            // That it was being tried counts as a try: a letter that ends the process does not do so for ever.
            _ = folder.move(file, .sending, to: MessageSpool.file(name, tries + 1), .new)
        }
        for file in folder.names(.new) {
            guard let (name, tries) = MessageSpool.parts(file) else { continue }
            guard let letter = open(name, file, .new), letter.isOpen(at: clock.now()) else {
                folder.remove(file, .new)
                continue
            }
            add(name, letter, tries: tries)
        }
    }

    /// Forgets the oldest of what failed.
    private func tidyFailed() {
        let names = folder.names(.failed)
        let limit = clock.now().advanced(by: .zero - MessageSpool.failedKept).rawValue
        let isOld = { (name: String) in
            (name.split(separator: "-").first.flatMap { Int64($0) } ?? .max) < limit
        }
        for (index, name) in names.enumerated()
        where index < names.count - MessageSpool.mostFailed || isOld(name) {
            folder.remove(name, .failed)
        }
    }

    private func open(_ name: String, _ file: String, _ state: SpoolFolder.State) -> Letter? {
        guard let box = folder.read(file, state),
            let bytes = try? sealer.open(box, context: MessageSpool.context + name)
        else { return nil }
        return Letter(bytes: bytes)
    }

    /// Does something with files, which may take a while, in which an event loop would answer nobody.
    private func onQueue<Result: Sendable>(
        _ body: @escaping @Sendable () -> Result
    ) async -> Result {
        await withCheckedContinuation { continuation in
            queue.async { continuation.resume(returning: body()) }
        }
    }
}
