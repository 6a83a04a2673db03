import MusterCore
import SCIMAPI
import TextBytes
import WireJSON

/// What people are.
extension SCIMUserText {
    static let plain = attributes([
        "nickName", "profileUrl", "title", "userType", "preferredLanguage", "locale", "timezone",
    ])
    static let contacts = attributes(["phoneNumbers", "addresses"])
    private static let name = attributes(["name"])
    private static let emails = attributes(["emails"])
    static let roles = attributes(["roles"])

    private static func attributes(_ names: [String]) -> [SCIMAttribute] {
        names.compactMap { name in
            SCIMSchema.user.attributes.first { $0.name.hasSameBytes(as: name) }
        }
    }

    /// Writes attributes that are kept as they were sent.
    func write(_ attributes: [SCIMAttribute], to json: inout JSONWriter) {
        guard let stored else { return }
        // By index: to go through the attributes themselves would copy each of them.
        for index in attributes.indices {
            guard let value = stored[attributes[index].name] else { continue }
            attributes[index].write(value, to: &json)
        }
    }

    func writeName(to json: inout JSONWriter) {
        guard stored == nil else { return write(Self.name, to: &json) }
        let parts = SCIMPerson.nameParts(of: account.user)
        json.name("name")
        json.beginObject()
        json.member("formatted", account.user.displayName)
        json.member("familyName", parts.family)
        json.member("givenName", parts.given)
        json.endObject()
    }

    func writeEmails(to json: inout JSONWriter) {
        if let stored {
            guard let emails = SCIMPerson.emails(stored, of: account) else { return }
            for attribute in Self.emails { attribute.write(emails, to: &json) }
            return
        }
        let address = account.user.displayEmail
        let isAddress = SCIMPerson.isAddress(address)
        guard isAddress || account.user.email != nil else { return }
        json.name("emails")
        json.beginArray()
        json.beginObject()
        json.member("value", address)
        json.member("type", "work")
        if isAddress { json.member("primary", true) }
        json.endObject()
        json.endArray()
    }
}
