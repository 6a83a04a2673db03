import FoundationEssentials
import MusterCore
import SCIMAPI
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

    /// Where in the attributes those stand that the whole resource has in other places, each part without a comma round it.
    private struct Parts {
        var identifiers = 0..<0
        /// From the login name to what is before the groups.
        var person = 0..<0
        var rights = 0..<0
        var muster = 0..<0
        var keys = 0..<0
    }

    let account: PersonalAccount
    /// What the person's document holds; nil if nobody has said anything of the user.
    let stored: JSONObject?
    let isLocked: Bool
    /// Whether a user has anything of Muster's own but what is shown only to those who name it.
    let hasMuster: Bool
    private let id: String
    /// The attributes, without `schemas` and `meta`: what the version is of.
    private(set) var attributes: [UInt8] = []
    private var parts = Parts()

    init(_ account: PersonalAccount, isLocked: Bool) {
        self.isLocked = isLocked
        hasMuster = isLocked || account.user.hasMuster
        stored = account.person.map { SCIMPerson.attributes($0) }
        id = account.user.uuid.text
        self.account = account
        writeAttributes()
    }

    private mutating func writeAttributes() {
        var json = JSONWriter(reserving: 640)
        json.beginObject()
        json.member("id", id)
        if let externalID = account.person?.externalID { json.member("externalId", externalID) }
        let identifiers = json.byteCount
        json.member("userName", account.user.username.text)
        writeName(to: &json)
        if let name = SCIMPerson.displayName(of: account, stored) {
            json.member("displayName", name)
        }
        write(Self.plain, to: &json)
        json.member("active", account.user.isEnabled)
        writeEmails(to: &json)
        write(Self.contacts, to: &json)
        let person = json.byteCount
        writeGroups(in: nil, to: &json)
        let groups = json.byteCount
        writeRoles(to: &json)
        writeEnterprise(to: &json)
        let rights = json.byteCount
        writeMuster(hidesRequested: false, to: &json)
        let muster = json.byteCount
        writeKeys(to: &json)
        let keys = json.byteCount
        json.endObject()
        attributes = json.takeBytes()
        parts = Parts(
            identifiers: 1..<identifiers,
            person: Self.part(identifiers, person),
            rights: Self.part(groups, rights),
            muster: Self.part(rights, muster),
            keys: Self.part(muster, keys)
        )
    }

    /// What begins with a comma, without it.
    private static func part(_ start: Int, _ end: Int) -> Range<Int> {
        start < end ? start + 1..<end : end..<end
    }

    /// The whole resource.
    func resource(in frame: Frame) -> [UInt8] {
        var json = JSONWriter(reserving: 960)
        write(in: frame, to: &json)
        return json.takeBytes()
    }

    /// Writes the whole resource: of the attributes everything that stands there as it does alone is copied.
    func write(in frame: Frame, to json: inout JSONWriter) {
        json.beginObject()
        writeSchemas(to: &json)
        copy(parts.identifiers, to: &json)
        writeMeta(frame, to: &json)
        copy(parts.person, to: &json)
        writeGroups(in: frame, to: &json)
        copy(parts.rights, to: &json)
        if frame.hidesRequested {
            writeMuster(hidesRequested: true, to: &json)
        } else {
            copy(parts.muster, to: &json)
        }
        copy(parts.keys, to: &json)
        json.endObject()
    }

    private func copy(_ part: Range<Int>, to json: inout JSONWriter) {
        guard !part.isEmpty else { return }
        json.written(attributes[part])
    }

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
        let created = account.user.createdAt.preciseText
        json.name("meta")
        json.beginObject()
        json.member("resourceType", "User")
        json.member("created", created)
        let isUnchanged = account.user.changedAt == account.user.createdAt
        json.member("lastModified", isUnchanged ? created : account.user.changedAt.preciseText)
        json.member("location", frame.root, "/Users/", id)
        json.member("version", frame.version)
        json.endObject()
    }
}
