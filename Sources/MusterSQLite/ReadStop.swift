import CSQLiteSetup
import MusterCore
import Synchronization

/// Whether a read is to stop, because nobody waits for it any more.
final class ReadStop: Sendable {
    /// After how many instructions of SQLite's machine it is asked again: less than a millisecond.
    fileprivate static let gap: CInt = 10_000

    private let flag = Atomic<Bool>(false)

    /// Whether it is.
    var isAsked: Bool { flag.load(ordering: .acquiring) }

    /// Asks for it, from any thread.
    func ask() {
        flag.store(true, ordering: .releasing)
    }
}

/// What is asked again and again while SQLite works.
private final class Question {
    let isOver: () -> Bool

    init(_ isOver: @escaping () -> Bool) {
        self.isOver = isOver
    }
}

extension SQLiteHandle {
    /// Does some work, whose statements end with SQLite's code for an interruption once that is asked for.
    ///
    /// SQLite's own call for it (https://www.sqlite.org/c3ref/interrupt.html) may come when the connection reads for
    /// somebody else already.
    ///
    /// - Throws: what `body` throws.
    func reading<Result>(
        until stop: ReadStop,
        _ body: () throws -> Result
    ) throws -> Result {
        try working(unless: { stop.isAsked }, body)
    }

    /// Does some work, whose statements end with SQLite's code for an interruption once it is over.
    ///
    /// - Throws: what `body` throws.
    func working<Result>(
        unless isOver: @escaping () -> Bool,
        _ body: () throws -> Result
    ) throws -> Result {
        let question = Question(isOver)
        sqlite3_progress_handler(
            pointer,
            ReadStop.gap,
            { place in
                guard let place else { return 0 }
                return Unmanaged<Question>.fromOpaque(place).takeUnretainedValue().isOver() ? 1 : 0
            },
            Unmanaged.passUnretained(question).toOpaque()
        )
        defer { sqlite3_progress_handler(pointer, 0, nil, nil) }
        return try withExtendedLifetime(question) { try body() }
    }
}
