import FoundationEssentials
import MusterCore
import SCIMAPI
import TextBytes
import WireJSON

/// Writes a user as SCIM shows it, straight into JSON text, in the order of the schemas.
///
/// Whoever needs the attributes as a tree, for a filter, a projection or a change, reads them from this text.
struct SCIMUserText {
    /// What is written beside the attributes.
    struct Frame {
        /// Where the API lives, as the caller sees it.
        let root: String
        /// The resource's entity tag.
        let version: String
        /// Whether attributes that are shown only to those who name them are left out.
        let hidesRequested: Bool
    }

    let account: PersonalAccount
    /// What the person's document holds; nil if nobody has said anything of the user.
    let stored: JSONObject?
    let isLocked: Bool
    private let id: String

    init(_ account: PersonalAccount, isLocked: Bool) {
        self.account = account
        self.isLocked = isLocked
        stored = account.person.map { SCIMPerson.attributes($0) }
        id = account.user.uuid.text
    }

    /// The attributes, without `schemas` and `meta`: what the version is of.
    func attributes() -> [UInt8] { bytes(in: nil) }

    /// The whole resource.
    func resource(in frame: Frame) -> [UInt8] { bytes(in: frame) }

    private func bytes(in frame: Frame?) -> [UInt8] {
        var json = JSONWriter(reserving: 960)
        json.beginObject()
        if frame != nil { writeSchemas(to: &json) }
        json.member("id", id)
        if let externalID = account.person?.externalID { json.member("externalId", externalID) }
        if let frame { writeMeta(frame, to: &json) }
        let user = account.user
        json.member("userName", user.username.text)
        writeName(to: &json)
        if let name = SCIMPerson.displayName(of: account, stored) {
            json.member("displayName", name)
        }
        write(Self.plain, to: &json)
        json.member("active", user.isEnabled)
        writeEmails(to: &json)
        write(Self.contacts, to: &json)
        writeGroups(in: frame, to: &json)
        writeRoles(to: &json)
        writeEnterprise(to: &json)
        writeMuster(hidesRequested: frame?.hidesRequested ?? false, to: &json)
        writeKeys(to: &json)
        json.endObject()
        return json.takeBytes()
    }

    // MARK: The frame

    private func writeSchemas(to json: inout JSONWriter) {
        json.name("schemas")
        json.beginArray()
        json.string(SCIMSchema.user.id)
        if hasEnterprise { json.string(SCIMSchema.enterpriseUser.id) }
        if hasMuster { json.string(SCIMSchema.musterUser.id) }
        if account.keys?.isEmpty == false { json.string(SCIMSchema.sshKeys.id) }
        json.endArray()
    }

    private func writeMeta(_ frame: Frame, to json: inout JSONWriter) {
        let user = account.user
        let created = user.createdAt.preciseText
        json.name("meta")
        json.beginObject()
        json.member("resourceType", "User")
        json.member("created", created)
        let isUnchanged = user.changedAt == user.createdAt
        json.member("lastModified", isUnchanged ? created : user.changedAt.preciseText)
        json.member("location", frame.root + "/Users/" + id)
        json.member("version", frame.version)
        json.endObject()
    }

    // MARK: What people are

    private static let plain = attributes([
        "nickName", "profileUrl", "title", "userType", "preferredLanguage", "locale", "timezone",
    ])
    private static let contacts = attributes(["phoneNumbers", "addresses"])
    private static let name = attributes(["name"])
    private static let emails = attributes(["emails"])
    static let roles = attributes(["roles"])

    private static func attributes(_ names: [String]) -> [SCIMAttribute] {
        names.compactMap { name in
            SCIMSchema.user.attributes.first { $0.name.hasSameBytes(as: name) }
        }
    }

    /// Writes attributes that are kept as they were sent.
    private func write(_ attributes: [SCIMAttribute], to json: inout JSONWriter) {
        guard let stored else { return }
        for attribute in attributes {
            guard let value = stored[attribute.name] else { continue }
            attribute.write(value, to: &json)
        }
    }

    private func writeName(to json: inout JSONWriter) {
        guard stored == nil else { return write(Self.name, to: &json) }
        let parts = SCIMPerson.nameParts(of: account.user)
        json.name("name")
        json.beginObject()
        json.member("formatted", account.user.displayName)
        json.member("familyName", parts.family)
        json.member("givenName", parts.given)
        json.endObject()
    }

    private func writeEmails(to json: inout JSONWriter) {
        if let stored {
            guard let emails = SCIMPerson.emails(stored, of: account) else { return }
            for attribute in Self.emails { attribute.write(emails, to: &json) }
            return
        }
        let address = account.user.displayEmail
        let isAddress = address.utf8.contains(UInt8(ascii: "@"))
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
