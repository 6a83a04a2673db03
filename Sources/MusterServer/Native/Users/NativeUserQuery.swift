import MusterCore
import TextBytes

extension QueryItems {
    /// Reads `role`, `enabled`, `expired`, `locked`, `second_factor` and `unused_since` of the native list of users.
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
        if let text = self["unused_since"] {
            guard let moment = Int(digits: text) else {
                throw .invalid(
                    "unused_since",
                    rule: "must be milliseconds since 1970, not "
                        + text.quoted(40)
                )
            }
            filters.append(.unusedSince(Timestamp(rawValue: Int64(moment))))
        }
        return filters
    }
}
