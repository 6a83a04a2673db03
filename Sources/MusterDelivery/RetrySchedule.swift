/// When letters are tried again.
enum RetrySchedule {
    /// Between the tries of a code: at 0, 3, 10, 30, 60 and 120 s after it was made.
    ///
    /// Then it is nearly of no use, and whoever waits asks for a new one.
    private static let codePauses: [Duration] = [3, 7, 20, 30, 60].map { .seconds($0) }
    /// Between the first tries of a notice: at 0, 1, 5, 15 and 60 min.
    private static let noticePauses: [Duration] = [1, 4, 10, 45].map { .seconds($0 * 60) }
    /// Between all later tries of a notice.
    private static let laterPause = Duration.seconds(3600)

    /// How long to wait after so many failed tries, from 1; nil if that was the last.
    static func pause(after tries: Int, isCode: Bool) -> Duration? {
        let pauses = isCode ? codePauses : noticePauses
        guard tries > pauses.count else { return pauses[max(tries, 1) - 1] }
        return isCode ? nil : laterPause
    }
}
