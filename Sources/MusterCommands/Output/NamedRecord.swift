import MusterClient
import WireJSON

/// A record of the API, as sentences name it and as programs are shown it.
protocol NamedRecord: Sendable {
    /// What sentences call it: `jane@example.com (id 10)`.
    var label: String { get }

    /// Writes it as JSON.
    func write(to json: inout JSONWriter)

    /// The record as layouts and `--format json` show it.
    var shown: JSONObject { get }
}

extension NamedRecord {
    var shown: JSONObject { written }

    /// The record as it is written.
    var written: JSONObject {
        var json = JSONWriter()
        write(to: &json)
        guard case .object(let object)? = try? JSONValue(parsing: json.bytes) else {
            return JSONObject()
        }
        return object
    }
}

/// A user's record, whole or with all that belongs to it.
protocol NamedUser: NamedRecord {
    /// The user alone.
    var user: UserRecord { get }
}

extension NamedUser {
    var label: String { "\(user.username) (id \(user.id))" }
    /// The user as requests name it, so that nobody is meant who got the name meanwhile.
    var reference: MusterClient.Reference { .id(user.id) }
    /// What to say where the user is not there any more.
    var gone: String { "\(label) is gone already." }
}

extension UserRecord: NamedUser {
    var user: UserRecord { self }
}

extension AccountRecord: NamedUser {}

extension OwnAccountRecord: NamedUser {
    var user: UserRecord { account.user }
}

extension GroupRecord: NamedRecord {
    var label: String { "\(name) (id \(id))" }
    /// The group as requests name it.
    var reference: MusterClient.Reference { .id(id) }
}

extension SSHKeyRecord: NamedRecord {
    var label: String { fingerprint }
}

// The label of a factor is what its owner calls it.
extension FactorRecord: NamedRecord {}

extension SessionRecord: NamedRecord {
    var label: String { id }
}

extension ImportSummaryRecord: NamedRecord {
    var label: String { "import" }
}

extension ImportedUserRecord: NamedRecord {
    var label: String { username }
}
