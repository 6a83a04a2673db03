import Dispatch
import FoundationEssentials
public import MusterCore
import Synchronization
import SystemCalls

/// Letters of one way on disk, sealed, until they are delivered, refused or of no use any more.
///
/// A letter that was taken in survives the end of the process, however it comes, and the loss of power. The file's name has
/// the time, so that names sort by it, and how often the letter was tried: `<milliseconds>-<id>.<tries>.msg`.
public final class MessageSpool: Sendable {
    /// The most letters that wait.
    public static let mostWaiting = 1000
    /// The most of them that are notices, so that codes, for which people wait, have room of their own.
    public static let mostNotices = 500
    /// The most letters of which it is kept that they failed, and for how long.
    static let mostFailed = 1000
    static let failedKept = Duration.seconds(7 * 86_400)
    /// How often it is looked for what was kept long enough.
    static let tidyInterval = Duration.seconds(3600)

    /// What the letters are sealed for, before the name of the file.
    private static let context = "outbox/"

    private let folder: SpoolFolder
    private let sealer: any Sealer
    private let clock: any DirectoryClock
    private let uptime: @Sendable () -> Duration
    private let trouble: @Sendable (String) -> Void
    private let queue: DispatchQueue
    private let waiting = WaitingLetters()
    /// What was told of letters that cannot be taken, so that it is told once.
    private let told = Mutex<String?>(nil)
    /// How many tries have failed since one ended well.
    private let failures = Mutex(0)
    /// When it was looked last for what was kept long enough, by ``uptime``.
    private let tidied: Mutex<Duration>
    /// How many must have before it is said that nothing was taken.
    private static let outage = 2

    /// Opens a spool, and takes up what is in it.
    ///
    /// What was on its way goes back to what waits, since nobody knows how far it got.
    ///
    /// - Parameters:
    ///   - path: The folder.
    ///   - sealer: Seals the letters.
    ///   - clock: Tells when letters are of no use any more.
    ///   - uptime: Tells the time since some moment, whatever becomes of the wall clock.
    ///   - trouble: Is told what has become of the folder under the running server.
    /// - Throws: ``MusterError`` with code `setting.invalid` where the folder cannot be used.
    public init(
        _ path: String,
        sealer: any Sealer,
        clock: any DirectoryClock,
        uptime: @escaping @Sendable () -> Duration = MessageSpool.uptime,
        trouble: @escaping @Sendable (String) -> Void = { _ in }
    ) throws(MusterError) {
        folder = try SpoolFolder(path)
        self.sealer = sealer
        self.clock = clock
        self.uptime = uptime
        self.trouble = trouble
        queue = DispatchQueue(label: "spool", qos: .utility)
        tidied = Mutex(uptime())
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
    /// - Returns: Why it cannot be; nil if it was.
    public func put(_ letter: Letter) async -> String? {
        guard waiting.count < MessageSpool.mostWaiting else {
            return "\(MessageSpool.mostWaiting) messages wait already"
        }
        guard letter.isCode || waiting.noticeCount < MessageSpool.mostNotices else {
            return "\(MessageSpool.mostNotices) notices wait already"
        }
        let name = MessageSpool.name(letter)
        let reason: String? = await onQueue { [self] in write(letter, name, tries: 0) }
        if reason == nil { add(name, letter, tries: 0) }
        return reason
    }

    /// Takes the letter that has been due the longest, and waits until there is one; nil after ``close()``.
    func take() async -> (letter: Letter, entry: WaitingLetters.Entry)? {
        while let entry = await waiting.take(at: uptime()) {
            let file = MessageSpool.file(entry.name, entry.tries)
            let (move, letter) = await onQueue { [self] () -> (SpoolFolder.Move, Letter?) in
                let move = self.move(file, .new, to: file, .sending)
                return (move, move == .done ? open(entry.name, file, .sending) : nil)
            }
            if let letter {
                told.withLock { $0 = nil }
                return (letter, entry)
            }
            if case .failed(let reason) = move {
                tell("messages cannot be taken from their folder, and wait: \(reason)")
                waiting.giveBack(entry.later(uptime()), at: uptime())
                continue
            }
            // Who removes a file takes its letter back.
            trouble("a message that waited is not there any more, or cannot be read")
            waiting.forget(entry)
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
        waiting.forget(entry)
    }

    /// Notes how a try has ended: what waits is tried at once where something is taken again.
    func note(isTaken: Bool) {
        let wasOut = failures.withLock { failures in
            defer { failures = isTaken ? 0 : failures + 1 }
            return isTaken && failures >= MessageSpool.outage
        }
        if wasOut { waiting.hurry(at: uptime()) }
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
            mend()
            _ = folder.write(Array(text.utf8), as: entry.name + ".txt", .failed)
        }
        await finish(entry)
    }

    /// Lets a letter wait for its next try, since this one has failed for a reason.
    ///
    /// - Returns: Whether there is one.
    func retry(
        _ letter: Letter,
        _ entry: WaitingLetters.Entry,
        _ reason: String
    ) async -> Bool {
        let now = uptime()
        guard let pause = RetrySchedule.pause(after: entry.tries + 1, isCode: letter.isCode),
            now + pause < entry.end, pause < letter.expiresAt.since(clock.now())
        else { return false }
        let (old, new) = (
            MessageSpool.file(entry.name, entry.tries),
            MessageSpool.file(entry.name, entry.tries + 1)
        )
        let isKept = await onQueue { [self] in
            // Where the folders went while the letter was on its way, it is known what it says.
            let isMended = folder.isMissing
            return switch move(old, .sending, to: new, .new) {
            case .done: true
            case .gone where isMended: write(letter, entry.name, tries: entry.tries + 1) == nil
            case .gone, .failed: false
            }
        }
        guard isKept else { return false }
        var next = entry
        next.tries += 1
        next.due = now + pause
        next.reason = reason
        waiting.giveBack(next, at: now)
        return true
    }

    /// Hands on what has become due, and forgets now and then what failed long ago.
    func wake() {
        let now = uptime()
        waiting.wake(at: now)
        let isDue = tidied.withLock { last in
            guard now - last >= MessageSpool.tidyInterval else { return false }
            last = now
            return true
        }
        if isDue { queue.async { [self] in tidyFailed() } }
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

    static func file(_ name: String, _ tries: Int) -> String { "\(name).\(tries).msg" }

    /// A file's name in its parts; nil if it is no letter's.
    static func parts(_ file: String) -> (name: String, tries: Int)? {
        let parts = file.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[2] == "msg", let tries = Int(parts[1]),
            (0..<1000).contains(tries), parts[0].utf8.count > 33, parts[0].utf8.count < 64
        else { return nil }
        return (String(parts[0]), tries)
    }

    private func add(_ name: String, _ letter: Letter, tries: Int) {
        let now = uptime()
        let left = letter.expiresAt.since(clock.now())
        let entry = WaitingLetters.Entry(
            name: name,
            isCode: letter.isCode,
            tries: tries,
            due: now,
            end: now + left
        )
        waiting.add(entry, at: now)
    }

    /// Seals a letter and brings it to disk; why it cannot be, nil if it was.
    private func write(_ letter: Letter, _ name: String, tries: Int) -> String? {
        if let reason = mend() { return reason }
        let box = sealer.seal(letter.bytes, context: MessageSpool.context + name)
        return folder.write(box, as: MessageSpool.file(name, tries), .new)
    }

    private func move(
        _ name: String,
        _ state: SpoolFolder.State,
        to other: String,
        _ next: SpoolFolder.State
    ) -> SpoolFolder.Move {
        if let reason = mend() { return .failed(reason) }
        return folder.move(name, state, to: other, next)
    }

    private func tell(_ text: String) {
        let isNew = told.withLock { told in
            defer { told = text }
            return told.map { !$0.utf8.elementsEqual(text.utf8) } ?? true
        }
        if isNew { trouble(text) }
    }

    /// Makes folders again that were removed under the running server; why it cannot be, nil if nothing is missing
    /// any more.
    @discardableResult
    private func mend() -> String? {
        switch folder.repair() {
        case nil: return nil
        case .done:
            trouble(
                "folders for messages were removed under the running server, and were made again"
            )
            return nil
        case .failed(let reason): return reason
        }
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
