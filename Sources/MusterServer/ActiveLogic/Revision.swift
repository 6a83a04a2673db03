import HTTPTypes
import MusterCore

/// The directory's revision as an entity tag (RFC 9110 section 8.8.3).
enum Revision {
    /// The tag of a revision.
    static func tag(_ revision: Int64) -> String {
        "\"\(revision)\""
    }

    /// The revision of `If-Match`; nil where there is no such field, or any will do.
    ///
    /// - Throws: ``MusterError`` with code `input.invalid` where the field holds something else.
    static func expected(_ fields: HTTPFields) throws(MusterError) -> Int64? {
        guard let text = fields[.ifMatch]?.trimmingBlanks, text != "*" else { return nil }
        guard let number = Int(digits: String(text.filter { $0 != "\"" })) else {
            throw .invalid("If-Match", "\"If-Match\" must hold the revision of an earlier answer")
        }
        return Int64(number)
    }

    /// Whether `If-None-Match` names this revision.
    static func isKnown(_ revision: Int64, _ fields: HTTPFields) -> Bool {
        guard let text = fields[.ifNoneMatch] else { return false }
        return text.split(separator: ",").contains { tag in
            tag.trimmingBlanks == Revision.tag(revision)
                || tag.trimmingBlanks == "W/" + Revision.tag(revision)
        }
    }
}
