import MusterAPI
import MusterCore
import SCIMAPI
import WireJSON

extension ImportPerson {
    /// What a line says of its user as a person; nil if it says nothing.
    ///
    /// - Throws: ``MusterError`` with code `input.invalid`.
    init?(_ body: ImportBody) throws(MusterError) {
        guard body.person != nil || body.externalID != nil else { return nil }
        let members = body.person ?? JSONObject()
        let externalID = body.externalID
        if let externalID { try ImportPerson.check(externalID) }
        let bytes = JSONValue.object(members).bytes.count + (externalID?.utf8.count ?? 0)
        self.init(bytes: bytes) { before throws(MusterError) in
            var person = try PersonDocument.revised(before, by: members)
            if let externalID { person.externalID = externalID.isEmpty ? nil : externalID }
            return person
        }
    }

    private static func check(_ externalID: String) throws(MusterError) {
        let member = JSONObject([("externalId", .string(externalID))])
        do {
            _ = try SCIMBody(member, of: .user)
        } catch {
            throw .invalid("external_id", rule: "cannot be kept: \(error.detail)")
        }
    }
}

extension Person {
    /// The document as an object, for records and files.
    var members: JSONObject { SCIMPerson.attributes(self) }
}
