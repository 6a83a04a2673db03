import LDAPWire
import MusterCore
import TextBytes

/// Controls that are known, by their numbers.
enum LDAPControlType {
    /// Pages of results (RFC 2696).
    static let paging = "1.2.840.113556.1.4.319"
    /// Sorted results (RFC 2891).
    static let sort = "1.2.840.113556.1.4.473"
    static let sortAnswer = "1.2.840.113556.1.4.474"
    /// Entries as they are (RFC 3296); there are no others here.
    static let manageDsaIT = "2.16.840.1.113730.3.4.2"
    /// Password policy (draft-behera-ldap-password-policy-10).
    static let passwordPolicy = "1.3.6.1.4.1.42.2.27.8.5.1"
    /// Where the person is for whom an application asks (draft-wahl-ldap-session-03).
    static let sessionTracking = "1.3.6.1.4.1.21008.108.63.1"

    /// Those that the root names.
    static let supported = [
        paging, sort, manageDsaIT, passwordPolicy, sessionTracking,
    ]
}

/// What controls ask of an operation.
struct LDAPControls: Sendable {
    /// A page of results.
    struct Page: Sendable {
        let size: Int
        let cookie: ArraySlice<UInt8>
    }

    /// Whether the client knows what a password policy has to say (draft-behera-ldap-password-policy-10).
    private(set) var knowsPolicy = false
    /// Where the person is, as the client says; nil if it says nothing that is an address.
    private(set) var personAddress: IPAddress?
    private(set) var page: Page?
    private(set) var sort: LDAPSort?
    /// Why results are not sorted, if the client asked for it.
    private(set) var sortFailure: LDAPResultCode?

    /// Reads the controls of an operation.
    ///
    /// - Throws: ``LDAPResult`` for one that is critical and not known, or cannot be read.
    init(_ controls: [LDAPControl], forSearch: Bool) throws(LDAPResult) {
        for control in controls {
            if control.isOf(LDAPControlType.manageDsaIT) { continue }
            if control.isOf(LDAPControlType.passwordPolicy) {
                knowsPolicy = true
                continue
            }
            if control.isOf(LDAPControlType.sessionTracking) {
                personAddress = LDAPControls.personAddress(control)
                continue
            }
            if forSearch, control.isOf(LDAPControlType.paging) {
                page = try LDAPControls.page(control)
            } else if forSearch, control.isOf(LDAPControlType.sort) {
                try readSort(control)
            } else if control.isCritical {
                throw LDAPResult(
                    .unavailableCriticalExtension,
                    "the control \(String(decoding: control.type.prefix(64), as: UTF8.self)) is not known"
                )
            }
        }
    }

    /// The address of a session, the first of its four texts; nil if it is none: it may be left empty.
    private static func personAddress(_ control: LDAPControl) -> IPAddress? {
        var reader = BERReader(control.value ?? [])
        guard var session = try? reader.constructed(), let text = try? session.octets(),
            text.count <= TextLimit.address
        else { return nil }
        return IPAddress(String(decoding: text, as: UTF8.self))
    }

    private static func page(_ control: LDAPControl) throws(LDAPResult) -> Page {
        do {
            var reader = BERReader(control.value ?? [])
            var value = try reader.constructed()
            let size = try value.integer()
            let cookie = try value.octets()
            guard size >= 0 else { throw BERError("a page has \(size) entries") }
            return Page(size: size, cookie: cookie)
        } catch {
            throw LDAPResult(.protocolError, "the control for pages cannot be read")
        }
    }

    private mutating func readSort(_ control: LDAPControl) throws(LDAPResult) {
        do throws(LDAPResult) {
            sort = try LDAPSort(control)
        } catch {
            guard !control.isCritical else {
                throw LDAPResult(.unavailableCriticalExtension, error.text)
            }
            sortFailure = error.code
        }
    }

    /// What goes beside the end of a search.
    func answers(next: [UInt8]?) -> [LDAPControl] {
        var answers: [LDAPControl] = []
        if page != nil {
            var writer = BERWriter(capacity: 64)
            writer.constructed { writer in
                // How many there are in all is not known (RFC 2696 section 3: 0 then).
                writer.integer(0)
                writer.octets(next ?? [])
            }
            answers.append(LDAPControl(LDAPControlType.paging, value: writer.bytes[...]))
        }
        if sort != nil || sortFailure != nil {
            var writer = BERWriter(capacity: 16)
            writer.constructed { writer in
                writer.integer(
                    (sortFailure ?? .success).rawValue,
                    tag: BERTag.enumerated
                )
            }
            answers.append(LDAPControl(LDAPControlType.sortAnswer, value: writer.bytes[...]))
        }
        return answers
    }
}

/// By what results are sorted: one attribute (RFC 2891).
struct LDAPSort: Sendable, Equatable {
    let attribute: LDAPAttribute
    let isReversed: Bool

    /// Reads what a client asks.
    ///
    /// - Throws: ``LDAPResult`` with code `protocolError`, `noSuchAttribute`, `inappropriateMatching` or
    ///   `unwillingToPerform`.
    fileprivate init(_ control: LDAPControl) throws(LDAPResult) {
        let name: ArraySlice<UInt8>
        let rule: ArraySlice<UInt8>?
        let isLast: Bool
        do {
            var reader = BERReader(control.value ?? [])
            var keys = try reader.constructed()
            var key = try keys.constructed()
            name = try key.octets()
            rule = try key.contentIfPresent(of: BERTag.context(0))
            isReversed =
                key.nextTag == BERTag.context(1) ? try key.boolean(BERTag.context(1)) : false
            isLast = keys.isAtEnd
        } catch {
            throw LDAPResult(.protocolError, "the control for sorting cannot be read")
        }
        guard isLast else {
            throw LDAPResult(.unwillingToPerform, "entries are sorted by one key only")
        }
        guard let attribute = LDAPAttribute.named(name) else {
            throw LDAPResult(.noSuchAttribute, "there is no such attribute to sort by")
        }
        let rules = ["caseIgnoreOrderingMatch", "2.5.13.3"].map { $0.utf8.foldedBytes }
        guard [.uid, .cn, .mail].contains(attribute),
            rule.map({ rules.contains($0.foldedBytes) }) ?? true
        else {
            throw LDAPResult(
                .inappropriateMatching,
                "entries are sorted by uid, cn or mail, and by no other rule than caseIgnoreOrderingMatch"
            )
        }
        self.attribute = attribute
    }
}
