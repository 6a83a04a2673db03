import FoundationEssentials
import MusterCore
import SCIMAPI
import TextBytes
import WireJSON

/// What is known of a user as a person, as attributes of LDAP (RFC 4519, RFC 2798).
struct LDAPPerson {
    /// Where in a person's document the value of an attribute stands.
    enum Place: Sendable {
        /// A member of the document.
        case member(String)
        /// What the organization knows.
        case organization(String)
        /// A part of the postal address.
        case address(String)
        /// The telephones of a type; those of no other attribute's type where it is `work`.
        case phones(String)
        /// A part of the name.
        case name(String)
        /// What machines know of the account.
        case account(String)
        /// The user who is the manager.
        case manager
    }

    /// The attributes, but for the parts of the name.
    static let places: [LDAPAttribute: Place] = [
        .title: .member("title"), .employeeType: .member("userType"),
        .preferredLanguage: .member("preferredLanguage"),
        .employeeNumber: .organization("employeeNumber"),
        .departmentNumber: .organization("department"), .o: .organization("organization"),
        .street: .address("streetAddress"), .l: .address("locality"), .st: .address("region"),
        .postalCode: .address("postalCode"), .c: .address("country"),
        .telephoneNumber: .phones("work"), .mobile: .phones("mobile"),
        .homeDirectory: .account("homeDirectory"), .loginShell: .account("loginShell"),
        .manager: .manager,
    ]

    /// The attributes for which the person has to be read.
    static let attributes = LDAPAttributeSet(places.keys).union([.sn, .givenName])

    /// The attributes that none but such a document has; of accounts there is something to say of everybody.
    static let ofDocument = LDAPAttributeSet(
        places.keys.filter { $0 != .homeDirectory && $0 != .loginShell }
    )

    /// The place of an attribute; nil if it is none of those.
    static func place(of attribute: LDAPAttribute) -> Place? { placed[Int(attribute.rawValue)] }

    private static let placed = LDAPAttribute.all.map { places[$0] }

    /// The types of telephones that are none of `telephoneNumber`.
    private static let otherPhones = ["mobile", "home", "fax", "pager"]

    let document: JSONObject

    /// Nobody has said anything of it.
    init() {
        document = JSONObject()
    }

    init(_ person: Person) {
        document = SCIMPerson.attributes(person)
    }

    /// The values of a place, but of the manager, who is shown by name.
    func texts(at place: Place) -> [String] {
        // As of most people.
        guard !document.members.isEmpty else { return [] }
        return switch place {
        case .member(let name): text(document[name])
        case .organization(let name): text(organization[name])
        case .name(let part):
            if case .object(let name)? = document["name"] { text(name[part]) } else { [] }
        case .account(let part):
            if case .object(let account)? = document[SCIMPerson.posix] {
                text(account[part])
            } else {
                []
            }
        case .address(let part): address.map { text($0[part]) } ?? []
        case .phones(let type):
            objects("phoneNumbers").filter { LDAPPerson.isOf($0, type) }
                .flatMap { text($0["value"]) }
        case .manager: []
        }
    }

    /// The UUID of the manager; nil if there is none that is one.
    var manager: UUID? {
        organization["manager"]?.value("value").flatMap { UUID(uuidString: $0) }
    }

    /// The changes of a document by which a place gets values.
    ///
    /// Telephones of the type get new ones in the place of theirs, and the address that is shown is changed.
    func change(at place: Place, to values: [String]) -> JSONObject {
        let value: JSONValue = values.first.map { .string($0) } ?? .null
        switch place {
        case .member(let name): return JSONObject([(name, value)])
        case .organization(let name):
            let part = JSONValue.object(JSONObject([(name, value)]))
            return JSONObject([(SCIMSchema.enterpriseUser.id, part)])
        case .name(let part):
            return JSONObject([("name", .object(JSONObject([(part, value)])))])
        case .account(let part):
            return JSONObject([(SCIMPerson.posix, .object(JSONObject([(part, value)])))])
        case .address(let part):
            var addresses = objects("addresses")
            let index = addressIndex
            let former = index.map { addresses[$0] } ?? JSONObject([("type", .string("work"))])
            let changed = former.setting(part, to: value == .null ? nil : value, in: nil)
            if let index { addresses[index] = changed } else { addresses.append(changed) }
            // An address of which nothing is left but what it is for is none.
            addresses.removeAll { address in
                address.members.allSatisfy { part in
                    ["type", "primary"].contains { part.name.hasSameBytes(as: $0) }
                }
            }
            return LDAPPerson.list("addresses", addresses)
        case .phones(let type):
            let all = objects("phoneNumbers")
            let kept = all.filter { !LDAPPerson.isOf($0, type) }
            let new = values.map { value in
                all.first { LDAPPerson.isOf($0, type) && $0["value"] == .string(value) }
                    ?? JSONObject([("value", .string(value)), ("type", .string(type))])
            }
            return LDAPPerson.list("phoneNumbers", kept + new)
        case .manager: return JSONObject()
        }
    }

    private static func list(_ name: String, _ elements: [JSONObject]) -> JSONObject {
        let value = JSONValue.array(elements.map { .object($0) })
        return JSONObject([(name, elements.isEmpty ? .null : value)])
    }

    private static func isOf(_ phone: JSONObject, _ type: String) -> Bool {
        let own = phone.text("type") ?? "work"
        guard type == "work" else { return own.hasSameFoldedBytes(as: type) }
        return !otherPhones.contains { own.hasSameFoldedBytes(as: $0) }
    }

    private var organization: JSONObject { document.extension(.enterpriseUser) }

    /// The address that is shown: the preferred one, or that at work, or the first that is not at home.
    private var address: JSONObject? { addressIndex.map { objects("addresses")[$0] } }

    private var addressIndex: Int? {
        let all = objects("addresses")
        return all.firstIndex { $0["primary"] == .bool(true) }
            ?? all.firstIndex { $0.text("type")?.hasSameFoldedBytes(as: "work") == true }
            ?? all.firstIndex { $0.text("type")?.hasSameFoldedBytes(as: "home") != true }
    }

    private func objects(_ name: String) -> [JSONObject] {
        SCIMPerson.elements(document[name]).compactMap { element in
            if case .object(let object) = element { object } else { nil }
        }
    }

    private func text(_ value: JSONValue?) -> [String] {
        if case .string(let text)? = value { [text] } else { [] }
    }
}
