import LDAPWire
import MusterCore

/// Counts the operations of LDAP by what was answered.
struct LDAPTally: Sendable {
    /// The kinds, in the order of their numbers in the tally, with the names under which they are told.
    static let kinds: [(tag: LDAPAnswerTag, name: String)] = [
        (.bind, "bind"), (.search, "search"), (.compare, "compare"), (.modify, "modify"),
        (.add, "add"), (.delete, "delete"), (.modifyDN, "modify_dn"), (.extended, "extended"),
    ]

    /// The place of the kind whose answers have a tag; entries, of which there are many, are of none.
    private static let places = (0...UInt8.max).map { tag in
        kinds.firstIndex { $0.tag.rawValue == tag }
    }

    let counts: OperationTally

    /// Counts the results among some answers; entries that were found are none.
    func note(_ bytes: [UInt8]) {
        var reader = BERReader(bytes[...])
        while !reader.isAtEnd {
            guard var message = try? reader.constructed(), (try? message.element()) != nil,
                let tag = message.nextTag
            else { return }
            guard let kind = LDAPTally.places[Int(tag)] else { continue }
            guard var result = try? message.constructed(tag),
                let code = try? result.integer(BERTag.enumerated)
            else { return }
            counts.note(kind: kind, code: code)
        }
    }
}

extension MetricsReport {
    /// What was asked over LDAP, and what came of it.
    func addLDAP(_ text: inout MetricsText) {
        text.begin(
            "muster_ldap_operations",
            .counter,
            "Operations of LDAP that were answered, by their kind and the name of the result."
        )
        for (kind, operation) in LDAPTally.kinds.enumerated() {
            for number in 0..<OperationTally.codes {
                let count = directory.directoryOperations.count(kind: kind, code: number)
                guard count > 0, let code = LDAPResultCode(rawValue: number) else { continue }
                let labels = [("operation", operation.name), ("result", "\(code)")]
                text.sample("_total", labels, count)
            }
        }
    }
}
