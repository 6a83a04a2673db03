import MusterSQL

/// One step of the schema: numbered, never edited once it has shipped.
struct Migration: Sendable {
    /// The step's number, from 1 without gaps.
    let number: Int
    /// What the step is about.
    let name: String
    /// The statements.
    let sql: StatementText
    /// What is done after them to what is there already, in the same transaction.
    var fill: @Sendable (SQLiteHandle) throws -> Void = { _ in }

    /// All steps, in order.
    static let all: [Migration] = [
        .users, .loginSources, .keyCheck, .groupLooks, .sessionTimes,
        .foldedLooks, .memberCounts, .expiry, .factors, .passkeySites, .persons, .auditSearch,
        .userSearch, .userChanges, .sessionPrograms, .accountNumbers,
    ]
}
