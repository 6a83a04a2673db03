/// How many imports are under way at a time, of whatever kind: each holds lines in memory and has a batch in the writer.
enum ImportShares {
    /// The most of one caller: a quarter of all.
    static let ofOneCaller = 4
    /// How many there are together before no caller gets more than its first.
    static let together = 16

    /// The places of one directory.
    static func places() -> CallerShares {
        CallerShares(
            ofOneCaller: ofOneCaller,
            together: together,
            refusal: .overloaded(
                "Too many imports of yours are under way.",
                retryAfter: 10,
                for: .imports
            )
        )
    }
}
