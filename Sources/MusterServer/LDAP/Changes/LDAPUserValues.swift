import LDAPWire
import MusterCore
import TextBytes

/// The values that attributes of a user are to have, as changes of the user.
struct LDAPUserValues {
    let user: User
    let isNew: Bool
    /// The values of each attribute that is changed.
    let after: [LDAPAttribute: [String]]

    /// The changes.
    ///
    /// - Throws: ``LDAPResult`` where a value is none of its attribute.
    func changes() throws(LDAPResult) -> UserChanges {
        var changes = UserChanges()
        if let name = try name() {
            changes.name = try LDAPResult.translatingNow { () throws(MusterError) in
                try ContactRules.name(name) ?? ""
            }
        }
        if after[.mail] != nil { changes.email = try mail() }
        if let text = try one(.musterRole) {
            let number = try integer(text, .musterRole)
            changes.role = try LDAPResult.translatingNow { () throws(MusterError) in
                try Role(number: number)
            }
        }
        changes.readMask = try one(.musterReadMask).map(mask(.musterReadMask))
        changes.writeMask = try one(.musterWriteMask).map(mask(.musterWriteMask))
        changes.liveviewMask = try one(.musterLiveviewMask).map(mask(.musterLiveviewMask))
        if let hosts = after[.musterHost] {
            changes.hosts = try LDAPResult.translatingNow { () throws(MusterError) in
                try AllowedNetworks(hosts)
            }
        }
        if let text = try one(.musterEnabled) {
            guard case .truth(let isEnabled)? = LDAPValue(text.utf8, .boolean) else {
                throw LDAPResult(.invalidAttributeSyntax, "musterEnabled is TRUE or FALSE")
            }
            changes.isEnabled = isEnabled
        }
        return changes
    }

    /// The one value of an attribute; nil if it stays.
    private func one(_ attribute: LDAPAttribute) throws(LDAPResult) -> String? {
        guard let values = after[attribute] else { return nil }
        guard let first = values.first else {
            throw LDAPResult(
                .objectClassViolation,
                "every user has a value of \(attribute.name): replace it"
            )
        }
        guard values.count == 1 else {
            throw LDAPResult(
                .constraintViolation,
                "a user has one value of \(attribute.name): replace it"
            )
        }
        return first
    }

    private func integer(
        _ text: String,
        _ attribute: LDAPAttribute
    ) throws(LDAPResult) -> Int64 {
        guard case .number(let number)? = LDAPValue(text.utf8, .integer) else {
            throw LDAPResult(
                .invalidAttributeSyntax,
                "\(attribute.name) is a whole number"
            )
        }
        return number
    }

    private func mask(
        _ attribute: LDAPAttribute
    ) -> (String) throws(LDAPResult) -> Int64 {
        { text throws(LDAPResult) in
            let number = try integer(text, attribute)
            guard number >= 0 else {
                throw LDAPResult(.constraintViolation, "\(attribute.name) is 0 or more")
            }
            return number
        }
    }

    /// The address; empty if there is none any more.
    private func mail() throws(LDAPResult) -> String {
        guard after[.mail]?.isEmpty == false else {
            guard isNew || user.email != nil else {
                throw LDAPResult(
                    .unwillingToPerform,
                    "the address is the login name, which a change of the entry's name alone changes"
                )
            }
            return ""
        }
        let text = try one(.mail)
        return try LDAPResult.translatingNow { () throws(MusterError) in
            try ContactRules.email(text, of: user.username) ?? ""
        }
    }

    /// The name; nil if it stays.
    ///
    /// A user has one name, which four attributes show: all of it, its last word, and what stands before that.
    private func name() throws(LDAPResult) -> String? {
        let whole = try [one(.displayName), one(.cn)].compactMap { $0 }
        let last = try one(.sn)
        let first = after[.givenName]
        guard first?.count ?? 0 <= 1 else {
            throw LDAPResult(.constraintViolation, "a user has one value of givenName: replace it")
        }
        guard let name = whole.first else {
            guard first != nil || last != nil else { return nil }
            let parts = user.nameParts
            let before = isNew ? first?.first : first.map(\.first) ?? parts.first
            return [before, last ?? parts.last].compactMap { $0 }.joined(separator: " ")
        }
        guard whole.allSatisfy({ $0.utf8.isSameFolded(as: name.utf8) }) else {
            throw LDAPResult(
                .constraintViolation,
                "cn and displayName are one name here: leave one of them out"
            )
        }
        let isSame =
            Self.holds(name, last.map { [$0] } ?? [], atEnd: true)
            && Self.holds(name, first ?? [], atEnd: false)
        guard isSame else {
            throw LDAPResult(
                .constraintViolation,
                "givenName and sn are the beginning and the end of the name \(name.quoted(80)): leave them out, or "
                    + "name them alone"
            )
        }
        return name
    }

    private static func holds(_ name: String, _ parts: [String], atEnd: Bool) -> Bool {
        parts.allSatisfy { part in
            let count = part.utf8.count
            let own = atEnd ? Array(name.utf8.suffix(count)) : Array(name.utf8.prefix(count))
            return own.isSameFolded(as: part.utf8)
        }
    }
}
