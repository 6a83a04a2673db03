import LDAPWire
import MusterCore

/// Compares a value with those of an entry.
struct LDAPComparer: Sendable {
    let entries: EntryService
    let tree: LDAPTree
    let settings: LDAPSettings

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
        let (tree, settings, entries) = (tree, settings, entries)
        let answer: LDAPResult? = try await LDAPResult.translating {
            () async throws(MusterError) in
            try await entries.look(by: caller) { reader throws(MusterError) in
                let view = LDAPEntryView(reader, tree, settings)
                guard let entry = try view.entry(at: place) else { return nil }
                guard entry.kind.mayHave(attribute) else { return LDAPResult(.noSuchAttribute) }
                switch try view.truth(of: condition, entry) {
                case .isTrue: return LDAPResult(.compareTrue)
                case .isFalse: return LDAPResult(.compareFalse)
                case .isUndefined: return LDAPResult(.invalidAttributeSyntax)
                }
            }
        }
        guard let answer else { throw tree.missing(name) }
        return answer
    }
}
