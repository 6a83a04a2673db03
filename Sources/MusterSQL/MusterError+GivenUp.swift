package import MusterCore

extension MusterError {
    /// What whoever waits for a long read that was stopped is told, if there is anybody.
    package static var givenUp: MusterError {
        MusterError(
            .overloaded,
            "The search was given up, because its connection was closed.",
            details: ["retry_after_seconds": "1"],
            cause: CancellationError()
        )
    }
}
