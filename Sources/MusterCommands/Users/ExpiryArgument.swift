import ArgumentParser
import FoundationEssentials
import MusterClient
import TextBytes

/// When an account expires, on the command line: a day, a time, a span from now on, or `never`.
struct ExpiryArgument: Equatable, Sendable {
    /// Milliseconds since 1970; nil for never.
    let moment: Int64?

    /// Reads a moment, or `never`; nil for anything else.
    ///
    /// - Parameters:
    ///   - text: The text. A day is its first moment in UTC.
    ///   - now: From when spans go on.
    init?(_ text: String, now: Date) {
        if ByteText(folding: text.head(TextLimit.word)) == "never" {
            moment = nil
            return
        }
        guard let read = TimeText.milliseconds(text, now: now, goesForward: true),
            (0...MomentOrNull.last).contains(read)
        else { return nil }
        moment = read
    }

    /// Reads an option's value.
    ///
    /// - Throws: `ValidationError`, which says what it takes.
    @Sendable static func read(_ text: String) throws -> ExpiryArgument {
        guard text.utf8.count <= TextLimit.word, let expiry = ExpiryArgument(text, now: Date())
        else {
            throw ValidationError(
                "An expiry is 2026-01-31, 2026-01-31T12:00:00Z, from now on 30m, 12h or 90d, or never"
            )
        }
        return expiry
    }

    /// The member of a user's fields.
    var member: MomentOrNull { moment.map { .moment($0) } ?? .null }
}
