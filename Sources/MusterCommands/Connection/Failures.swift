/// What failed of several changes.
struct Failures {
    /// How many changes there are to be.
    let count: Int
    var doneCount = 0
    private var failed: [(label: String, error: CommandError)] = []

    init(count: Int) {
        self.count = count
    }

    mutating func note(_ error: CommandError, _ label: String) {
        failed.append((label, error))
        CommandFailure.tell("\(label): \(error.message)")
    }

    /// Names all that failed.
    ///
    /// - Throws: ``CommandError`` with the status of the first failure; nothing if there was none.
    func finish() throws(CommandError) {
        guard let first = failed.first else { return }
        let names = failed.map(\.label).joined(separator: ", ")
        let left = count - doneCount - failed.count
        let rest = left > 0 ? " Not tried: \(left)." : ""
        throw CommandError(
            first.error.status,
            "Of \(count), \(doneCount) were done and \(failed.count) failed: \(names).\(rest)"
        )
    }
}

extension CommandError {
    /// Whether whatever is asked next fails for the same reason.
    var endsAll: Bool {
        switch status {
        case .unavailable, .protocolMismatch, .interrupted, .outputFailed, .tryAgain: true
        default: false
        }
    }
}
