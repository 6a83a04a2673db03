import TextBytes

/// Collects what the audit log says of a change: those fields that differ, with their new values.
///
/// Values are compared as they are and written out only where they differ, since an import asks this of every new user.
struct ChangedFields {
    /// The fields, in the order in which they were compared.
    var fields: [AuditField] = []

    /// Compares two texts as bytes: another spelling of the same characters is a change as well.
    mutating func compare(_ key: String, _ now: String, _ then: String) {
        guard !now.hasSameBytes(as: then) else { return }
        fields.append(AuditField(key, now))
    }

    /// Compares two values; `text` says how the log writes one.
    mutating func compare<Value: Equatable>(
        _ key: String,
        _ now: Value,
        _ then: Value,
        _ text: (Value) -> String = { "\($0)" }
    ) {
        guard now != then else { return }
        fields.append(AuditField(key, text(now)))
    }
}
