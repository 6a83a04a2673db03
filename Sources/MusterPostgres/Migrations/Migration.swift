import MusterSQL

/// One step of the schema: numbered, never edited once it has shipped.
struct Migration: Sendable {
    /// The step's number, from 1 without gaps.
    let number: Int64
    /// What the step is about.
    let name: String
    /// The statements.
    let sql: StatementText

    /// All steps, in order.
    static let all: [Migration] = [
        .directory, .userTexts, .feed, .userChanges, .insertions, .sessionPrograms,
        .userFilters, .auditSearch, .accountNumbers,
    ]
}
