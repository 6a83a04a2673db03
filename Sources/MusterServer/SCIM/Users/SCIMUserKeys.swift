import MusterCore
import SCIMAPI
import TextBytes
import WireJSON

/// A user's public keys, as a resource has them.
struct SCIMUserKeys: Sendable {
    let service: SSHKeyService

    /// The keys of a user who is new.
    ///
    /// - Throws: ``MusterError`` with code `ssh_key.invalid` or `input.invalid`.
    func keys(of resource: JSONObject) throws(MusterError) -> [StoredSSHKey] {
        try merged([], with: SCIMUserKeys.lines(resource))
    }

    /// What becomes of a user's keys; nil if they stay.
    ///
    /// Only those that are new have to be as keys are to be today: what was added before stays as it is.
    ///
    /// - Throws: ``MusterError`` with code `ssh_key.invalid` or `input.invalid`.
    func revision(
        from before: JSONObject,
        to after: JSONObject
    ) throws(MusterError) -> SSHKeyRevision? {
        let (former, wanted) = (try SCIMUserKeys.lines(before), try SCIMUserKeys.lines(after))
        guard former != wanted else { return nil }
        let known = Set(former)
        let new = try merged([], with: wanted.filter { !known.contains($0) })
        let kept = Set(wanted)
        return { present throws(MusterError) in
            let staying = present.filter { kept.contains(ByteText(SCIMUserKeys.line(of: $0))) }
            return staying
                + new.filter { key in
                    !staying.contains { $0.fingerprint.hasSameBytes(as: key.fingerprint) }
                }
        }
    }

    /// Some keys with those of lines, each once.
    private func merged(
        _ keys: [StoredSSHKey],
        with lines: [ByteText]
    ) throws(MusterError) -> [StoredSSHKey] {
        var keys = keys
        for line in lines {
            let key = try service.look(at: line.text)
            if !keys.contains(where: { $0.fingerprint.hasSameBytes(as: key.fingerprint) }) {
                keys.append(key)
            }
        }
        return keys
    }

    private static func lines(_ resource: JSONObject) throws(MusterError) -> [ByteText] {
        var lines: [ByteText] = []
        for element in SCIMPerson.elements(resource.value("keys", in: .sshKeys)) {
            guard let line = element.value("value") else {
                throw SCIMFailure(.invalidValue, "Each of \"keys\" must have a \"value\".").error
            }
            lines.append(ByteText(line))
        }
        return lines
    }

    /// A key as a line without a comment.
    fileprivate static func line(of key: StoredSSHKey) -> String {
        "\(key.key.type.rawValue) \(key.key.text)"
    }
}

extension SCIMUserText {
    /// Writes the public keys, where they were read and there are any.
    func writeKeys(to json: inout JSONWriter) {
        guard let keys = account.keys, !keys.isEmpty else { return }
        json.name(escaping: SCIMSchema.sshKeys.id)
        json.beginObject()
        json.name("keys")
        json.beginArray()
        for key in keys {
            json.beginObject()
            json.member("value", SCIMUserKeys.line(of: key))
            json.member("fingerprint", key.fingerprint)
            json.endObject()
        }
        json.endArray()
        json.endObject()
    }
}
