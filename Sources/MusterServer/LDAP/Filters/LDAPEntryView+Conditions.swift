import LDAPWire
import MusterCore

extension LDAPEntryView {
    /// What a condition makes of an entry.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func truth(
        of condition: LDAPCondition,
        _ entry: LDAPEntry
    ) throws(MusterError) -> LDAPTruth {
        switch condition {
        case .constant(let truth): return truth
        case .not(let inner): return try truth(of: inner, entry).negated
        case .and(let all):
            var least = LDAPTruth.isTrue
            for inner in all {
                least = min(least, try truth(of: inner, entry))
                if least == .isFalse { break }
            }
            return least
        case .or(let any):
            var most = LDAPTruth.isFalse
            for inner in any {
                most = max(most, try truth(of: inner, entry))
                if most == .isTrue { break }
            }
            return most
        case .test(let attribute, .inName(let value)):
            return LDAPTruth(entry.kind.isNamed(attribute, value, below: tree.suffix))
        case .test(let attribute, let test):
            guard entry.kind.mayHave(attribute) else { return .isFalse }
            if let isMember = try membership(attribute, test, entry) { return LDAPTruth(isMember) }
            if case .schema = entry, case .equal(let value, _) = test,
                let known = LDAPSchema.compared[attribute]
            {
                return LDAPTruth(known.contains(value))
            }
            let values = try values(of: attribute, entry)
            guard mayHold(values, of: attribute, entry.kind) else { return .isUndefined }
            return LDAPTruth(values.contains { test.holds(for: $0, attribute.rule) })
        }
    }

    /// Whether a user is in a group, where that is what a test asks: by what is kept of the user, so that nobody goes through
    /// all members; nil if it asks something else.
    private func membership(
        _ attribute: LDAPAttribute,
        _ test: LDAPTest,
        _ entry: LDAPEntry
    ) throws(MusterError) -> Bool? {
        guard case .equal(let value, let raw) = test else { return nil }
        switch (attribute, entry, value) {
        case (.memberOf, .user(let user), .name(let name)):
            guard let group = try group(of: name, raw) else { return false }
            return try isMember(user, of: group)
        case (.member, .group(let group, _), .name(let name)),
            (.uniqueMember, .group(let group, _), .name(let name)):
            guard case .user(let name)? = place(of: name, raw) else { return false }
            return try isMember(name, of: group)
        case (.memberUid, .group(let group, _), _):
            guard let name = String(validating: raw, as: UTF8.self),
                name.utf8.count <= Username.maximumLength
            else { return false }
            return try isMember(name, of: group)
        default: return nil
        }
    }
}

extension LDAPTest {
    /// Whether a value passes.
    fileprivate func holds(for bytes: [UInt8], _ rule: LDAPMatchingRule) -> Bool {
        switch self {
        case .present: true
        case .exactly(let other): bytes == other
        case .substrings(let parts): parts.match(bytes)
        case .equal(let other, _): LDAPValue(bytes, rule) == other
        case .atLeast(let other):
            LDAPValue(bytes, rule)?.isLess(than: other).map { !$0 } ?? false
        case .atMost(let other):
            LDAPValue(bytes, rule).flatMap { other.isLess(than: $0) }.map { !$0 } ?? false
        case .bitAnd(let bits):
            switch LDAPValue(bytes, rule) {
            case .number(let number): number & bits == bits
            default: false
            }
        // It is the entry's name that is asked, and none of its values.
        case .inName: false
        }
    }
}

extension LDAPCondition {
    /// What the condition makes of every entry of a kind; nil if that depends on the entry.
    func truth(ofAny kind: LDAPEntry.Kind, suffix: DistinguishedName) -> LDAPTruth? {
        switch self {
        case .constant(let truth): return truth
        case .not(let inner): return inner.truth(ofAny: kind, suffix: suffix)?.negated
        case .and(let all):
            let known = all.map { $0.truth(ofAny: kind, suffix: suffix) }
            if known.contains(.isFalse) { return .isFalse }
            return known.contains(nil) ? nil : known.compactMap(\.self).min() ?? .isTrue
        case .or(let any):
            let known = any.map { $0.truth(ofAny: kind, suffix: suffix) }
            if known.contains(.isTrue) { return .isTrue }
            return known.contains(nil) ? nil : known.compactMap(\.self).max() ?? .isFalse
        case .test(let attribute, .inName(let value)):
            return LDAPTruth(kind.isNamed(attribute, value, below: suffix))
        case .test(let attribute, let test):
            guard kind.mayHave(attribute) else { return .isFalse }
            guard attribute == .objectClass else { return nil }
            switch test {
            case .present: return .isTrue
            case .equal(let value, _):
                let classes = kind.classes(suffix: suffix)
                return LDAPTruth(
                    classes.contains { .text($0.rawValue.utf8.foldedBytes) == value }
                )
            default: return nil
            }
        }
    }
}

extension LDAPEntry.Kind {
    /// Whether a container's name has a value that such entries are, or stand below.
    fileprivate func isNamed(
        _ attribute: LDAPAttribute,
        _ value: LDAPValue,
        below suffix: DistinguishedName
    ) -> Bool {
        func isNamed(_ part: DistinguishedName.Part) -> Bool {
            part.pairs.contains { pair in
                LDAPAttribute.named(pair.type) == attribute
                    && LDAPValue(pair.value, attribute.rule) == value
            }
        }
        return switch self {
        case .root, .schema: false
        case .suffix: suffix.parts.contains(where: isNamed)
        case .people, .user: isNamed(LDAPTree.peoplePart) || suffix.parts.contains(where: isNamed)
        case .groups, .group: isNamed(LDAPTree.groupsPart) || suffix.parts.contains(where: isNamed)
        }
    }
}
