import MusterCore
import TextBytes

extension QueryItems {
    /// Reads `role`, `enabled`, `expired`, `locked`, `second_factor`, `unused_since` and `keys_unused_since` of the native
    /// list of users.
    ///
    /// - Throws: ``MusterError`` with code `input.invalid`, naming the parameter.
    func userFilters(_ directory: Directory) throws(MusterError) -> [UserFilter] {
        var filters: [UserFilter] = []
        if let text = try text("role") {
            filters.append(.role(try Role(word: text, field: "role")))
        }
        if let isEnabled = try choice("enabled", [("true", true), ("false", false)]) {
            filters.append(.enabled(isEnabled))
        }
        if try choice("expired", [("true", true)]) == true {
            filters.append(.expired(by: directory.clock.now()))
        }
        if try choice("locked", [("true", true)]) == true {
            filters.append(directory.rules.lockout.filter(at: directory.clock.now()))
        }
        if try choice("second_factor", [("none", true)]) == true {
            filters.append(.noSecondFactor)
        }
        if let moment = try moment("unused_since") { filters.append(.unusedSince(moment)) }
        if let moment = try moment("keys_unused_since") { filters.append(.keysUnusedSince(moment)) }
        return filters
    }

    private func moment(_ name: String) throws(MusterError) -> Timestamp? {
        guard let text = self[name] else { return nil }
        guard let moment = Int(digits: text) else {
            throw .invalid(
                name,
                rule: "must be milliseconds since 1970, not "
                    + text.quoted(40)
            )
        }
        return Timestamp(rawValue: Int64(moment))
    }
}
