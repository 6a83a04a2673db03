import MusterCore
import TextBytes

/// What the query of an import asks for.
struct NativeImportSettings: Sendable {
    /// Which users, and whether for real.
    var options = ImportOptions()
    /// Whether one bad line is enough to take nothing.
    var stopsAtFailure = true
    /// Which lines are shown.
    var results = Results.failed

    /// Which lines of an import are shown in the answer.
    enum Results: String, CaseIterable {
        /// Those that were not taken.
        case failed
        /// Those, and the ones that let their users administer users.
        case administrators
        /// All.
        case all
    }

    /// The defaults.
    init() {}

    /// Reads `mode`, `on_error`, `dry_run`, `create_groups`, `keep_administration` and `results`.
    ///
    /// - Throws: ``MusterError`` with code `input.invalid`, naming the parameter.
    init(_ query: QueryItems) throws(MusterError) {
        let modes = ImportOptions.Mode.allCases.map { ($0.rawValue, $0) }
        options.mode = try query.choice("mode", modes) ?? .create
        stopsAtFailure =
            try query.choice("on_error", [("stop", true), ("continue", false)]) ?? true
        options.isDryRun = try query.choice("dry_run", [("true", true), ("false", false)]) ?? false
        options.createsGroups =
            try query.choice("create_groups", [("true", true), ("false", false)]) ?? false
        options.keepsAdministration =
            try query.choice("keep_administration", [("true", true), ("false", false)]) ?? false
        results = try query.choice("results", Results.allCases.map { ($0.rawValue, $0) }) ?? .failed
    }
}

extension QueryItems {
    /// One of several words, if the parameter is there.
    ///
    /// - Throws: ``MusterError`` with code `input.invalid`, naming the parameter.
    func choice<Value>(
        _ name: String,
        _ values: [(word: String, value: Value)]
    ) throws(MusterError) -> Value? {
        guard let text = self[name] else { return nil }
        guard let match = values.first(where: { $0.word.hasSameBytes(as: text) }) else {
            let words = values.map(\.word).joined(separator: ", ")
            throw .invalid(name, rule: "must be one of [\(words)]")
        }
        return match.value
    }
}
