import MusterCore
import SCIMAPI
import TextBytes
import WireJSON

/// What of a user's resource is kept as its person's document, and how it is shown again.
///
/// What the user itself has is not kept a second time: of the address that mirrors the user's own the value is left out, and
/// of the role and the name to show there is a mark alone.
enum SCIMPerson {
    static let plain = [
        "name", "nickName", "profileUrl", "title", "userType", "preferredLanguage", "locale",
        "timezone", "phoneNumbers", "addresses",
    ]

    /// The member of what machines know of an account, which SCIM neither shows nor writes.
    static let posix = "posix"

    /// The attributes that a person's document holds.
    static func attributes(_ person: Person) -> JSONObject {
        guard case .object(let object)? = try? JSONValue(parsing: Array(person.document.utf8))
        else { return JSONObject() }
        return object
    }

    /// What is shown of somebody of whom nobody has said anything: what a login name and a name tell.
    static func fallback(for user: User) -> JSONObject {
        let parts = nameParts(of: user)
        let name = JSONObject([
            ("formatted", .string(user.displayName)), ("familyName", .string(parts.family)),
            ("givenName", .string(parts.given)),
        ])
        var resource = JSONObject([("name", .object(name))])
        if isAddress(user.displayEmail) {
            let mirror = JSONObject([("type", .string("work")), ("primary", .bool(true))])
            resource = resource.setting("emails", to: .array([.object(mirror)]), in: nil)
        }
        return resource
    }

    /// The parts of a name that was never taken apart: its last word, and those before it, or that word again.
    static func nameParts(of user: User) -> (family: String, given: String) {
        var name = user.displayName
        if let parts = name.withUTF8(\.cutAtLastBlank) { return parts }
        let words = user.displayName.utf8.split(separator: UInt8(ascii: " "))
        guard let last = words.last else { return (user.username.text, user.username.text) }
        let family = String(Substring(last))
        guard words.count > 1 else { return (family, family) }
        let given = words.dropLast().map { String(Substring($0)) }.joined(separator: " ")
        return (family, given)
    }

    /// Whether a text is an address for mail rather than a login name alone.
    static func isAddress(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { $0.contains(UInt8(ascii: "@")) }
    }

    /// The name to show: the user's own, or the login name where nobody has said anything, or has said just that; nil if there is none.
    static func displayName(of account: PersonalAccount, _ stored: JSONObject?) -> String? {
        let isUsername = account.person == nil || stored?["displayName"] != nil
        return account.user.name ?? (isUsername ? account.user.username.text : nil)
    }

    /// The addresses for mail: the one without a value is the user's own.
    static func emails(_ stored: JSONObject, of account: PersonalAccount) -> JSONValue? {
        let user = account.user
        var isMirrored = false
        var emails = elements(stored["emails"]).compactMap { email -> JSONValue? in
            guard case .object(let object) = email, object["value"] == nil,
                !isMirrored
            else { return email }
            isMirrored = true
            guard user.email != nil || isAddress(user.username.text) else { return nil }
            return .object(object.setting("value", to: .string(user.displayEmail), in: nil))
        }
        if !isMirrored, let email = user.email {
            let own = JSONObject([("value", .string(email)), ("type", .string("work"))])
            emails.insert(.object(own), at: 0)
        }
        return emails.isEmpty ? nil : .array(emails)
    }

    /// The role, of which Basic is shown as none.
    static func roles(_ stored: JSONObject, of user: User) -> JSONValue? {
        guard user.role != .basic else { return nil }
        var role = JSONObject([("value", .string(user.role.name))])
        if case .object(let known)? = elements(stored["roles"]).first {
            role = role.setting("primary", to: known["primary"], in: nil)
        }
        return .array([.object(role)])
    }

    static func elements(_ value: JSONValue?) -> [JSONValue] {
        guard case .array(let elements)? = value else { return [] }
        return elements
    }

    /// The address that is to be the user's own: the primary one, or else the first; nil if there is none.
    static func mirrored(_ resource: JSONObject) -> Int? {
        let emails = elements(resource["emails"])
        let isPrimary = { (email: JSONValue) -> Bool in
            guard case .object(let object) = email else { return false }
            return object["primary"] == .bool(true) && object["value"] != nil
        }
        return emails.firstIndex(where: isPrimary) ?? emails.firstIndex { $0.value("value") != nil }
    }

    /// The person that a resource tells of.
    ///
    /// - Parameters:
    ///   - resource: The resource.
    ///   - former: What was known before; what SCIM does not know of it stays.
    /// - Returns: The person.
    static func person(from resource: JSONObject, keeping former: Person? = nil) -> Person {
        var document = JSONObject()
        for name in plain { document = document.setting(name, to: resource[name], in: nil) }
        var person = Person()
        var emails: [JSONValue] = []
        let place = mirrored(resource)
        for (index, email) in elements(resource["emails"]).enumerated() {
            // Another one without an address would be taken for the user's own.
            guard let address = email.value("value") else { continue }
            if index == place, case .object(let own) = email {
                emails.append(.object(own.setting("value", to: nil, in: nil)))
            } else {
                emails.append(email)
                person.otherAddresses.append(address)
            }
        }
        document = document.setting("emails", to: emails.isEmpty ? nil : .array(emails), in: nil)
        if let name = resource.text("displayName"), let login = resource.text("userName"),
            name.hasSameBytes(as: login)
        {
            document = document.setting("displayName", to: .bool(true), in: nil)
        }
        if case .object(let role)? = elements(resource["roles"]).first,
            let primary = role["primary"]
        {
            let mark = JSONValue.object(JSONObject([("primary", primary)]))
            document = document.setting("roles", to: .array([mark]), in: nil)
        }
        let enterprise = SCIMSchema.enterpriseUser
        document = document.setting(enterprise.id, to: resource[enterprise.id], in: nil)
        let kept = former.flatMap { attributes($0)[posix] }
        document = document.setting(posix, to: kept, in: nil)
        person.document = String(decoding: JSONValue.object(document).bytes, as: UTF8.self)
        person.externalID = resource.text("externalId")
        return person
    }
}

extension JSONObject {
    /// The text of a member; nil for anything else.
    func text(_ name: String) -> String? {
        guard case .string(let text)? = self[name] else { return nil }
        return text
    }
}

extension JSONValue {
    /// The text of an object's member; nil for anything else.
    func value(_ name: String) -> String? {
        guard case .object(let object) = self else { return nil }
        return object.text(name)
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// The last word of a text and what stands before it, or that word again if there is no other; nil where blanks do not stand one
    /// by one between words.
    fileprivate var cutAtLastBlank: (family: String, given: String)? {
        var last: Int?
        var isAfterBlank = true
        for place in indices {
            let isBlank = self[place] == UInt8(ascii: " ")
            if isBlank {
                guard !isAfterBlank else { return nil }
                last = place
            }
            isAfterBlank = isBlank
        }
        guard !isAfterBlank else { return nil }
        let family = String(decoding: self[(last.map { $0 + 1 } ?? 0)...], as: UTF8.self)
        return (family, last.map { String(decoding: self[..<$0], as: UTF8.self) } ?? family)
    }
}
