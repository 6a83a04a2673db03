import LDAPWire
import MusterCore

/// Compares a value with those of an entry.
struct LDAPComparer: Sendable {
    let entries: EntryService
    let tree: LDAPTree
    let settings: LDAPSettings
    /// In which callers take turns with what is no look-up.
    var turns = SearchTurns.users

    /// Answers a comparison.
    func answer(
        _ compare: LDAPCompare,
        _ message: LDAPMessage,
        by caller: Principal?
    ) async -> [UInt8] {
        do throws(LDAPResult) {
            return LDAPAnswers.result(
                .compare,
                to: message.id,
                try await result(compare, message.controls, by: caller)
            )
        } catch {
            return LDAPAnswers.result(.compare, to: message.id, error)
        }
    }

    private func result(
        _ compare: LDAPCompare,
        _ controls: [LDAPControl],
        by caller: Principal?
    ) async throws(LDAPResult) -> LDAPResult {
        _ = try LDAPControls(controls, forSearch: false)
        guard let name = DistinguishedName(compare.name) else {
            throw LDAPResult(.invalidDNSyntax, "the name is no distinguished name")
        }
        let place = try tree.place(of: name)
        guard caller != nil || place == .root || place == .schema else {
            throw LDAPResult(.insufficientAccessRights, "bind first")
        }
        guard let attribute = LDAPAttribute.named(compare.attribute) else {
            throw LDAPResult(.noSuchAttribute)
        }
        guard attribute != .userPassword else {
            throw LDAPResult(.insufficientAccessRights, "passwords are not compared: bind")
        }
        let condition = LDAPCondition(
            .equal(LDAPAssertion(attribute: compare.attribute, value: compare.value))
        )
        let found = try await LDAPResult.translating {
            () async throws(MusterError) -> LDAPResult?? in
            let now = try await look(condition, attribute, place, by: caller, isQuick: true)
            guard now == nil, let caller else { return now }
            return try await turns.run(for: caller) { () async throws(MusterError) in
                try await look(condition, attribute, place, by: caller, isQuick: false)
            }
        }
        guard let answer = found ?? nil else { throw tree.missing(name) }
        return answer
    }

    /// What a condition makes of an attribute of an entry: `.some(nil)` if there is no entry that the caller sees; nil if that takes
    /// more than look-ups, as groups do whose names have other blanks.
    private func look(
        _ condition: LDAPCondition,
        _ attribute: LDAPAttribute,
        _ place: LDAPTree.Place,
        by caller: Principal?,
        isQuick: Bool
    ) async throws(MusterError) -> LDAPResult?? {
        let (tree, settings) = (tree, settings)
        return try await entries.look(by: caller, isQuick ? .bounded : .unbounded) {
            reader throws(MusterError) -> LDAPResult?? in
            let view = LDAPEntryView(reader, tree, settings, isQuick: isQuick)
            let answer = try view.compare(condition, attribute, place)
            return view.isTooLong ? nil : .some(answer)
        }
    }
}

extension LDAPEntryView {
    /// What a condition makes of an attribute of an entry; nil if there is none that the caller sees.
    fileprivate func compare(
        _ condition: LDAPCondition,
        _ attribute: LDAPAttribute,
        _ place: LDAPTree.Place
    ) throws(MusterError) -> LDAPResult? {
        guard let entry = try entry(at: place) else { return nil }
        guard entry.kind.mayHave(attribute) else { return LDAPResult(.noSuchAttribute) }
        switch try truth(of: condition, entry) {
        case .isTrue: return LDAPResult(.compareTrue)
        case .isFalse: return LDAPResult(.compareFalse)
        case .isUndefined: return LDAPResult(.invalidAttributeSyntax)
        }
    }
}
