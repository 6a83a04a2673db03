public import WireJSON

/// A user as the ActiveLogic dialect shows it.
public struct UserRecord: Sendable, Equatable {
    /// `id`.
    public var id: Int64
    /// `name`: the login name.
    public var name: String
    /// `readbm`.
    public var readbm: Int64
    /// `writebm`.
    public var writebm: Int64
    /// `lviewbm`.
    public var lviewbm: Int64
    /// `timeout`, in seconds.
    public var timeout: Int64
    /// `hosts`.
    public var hosts: [String]

    /// Builds a record.
    public init(
        id: Int64,
        name: String,
        readbm: Int64,
        writebm: Int64,
        lviewbm: Int64,
        timeout: Int64,
        hosts: [String]
    ) {
        self.id = id
        self.name = name
        self.readbm = readbm
        self.writebm = writebm
        self.lviewbm = lviewbm
        self.timeout = timeout
        self.hosts = hosts
    }

    /// Writes the record.
    public func write(to json: inout JSONWriter) {
        json.beginObject()
        json.member("id", id)
        json.member("name", name)
        json.member("readbm", readbm)
        json.member("writebm", writebm)
        json.member("lviewbm", lviewbm)
        json.member("timeout", timeout)
        json.name("hosts")
        json.beginArray()
        for host in hosts { json.string(host) }
        json.endArray()
        json.endObject()
    }

    /// Reads a record; nil if it is something else.
    ///
    /// Members that are not known are passed over.
    public init?(_ value: JSONValue) {
        guard case .object(let object) = value, case .integer(let id)? = object["id"],
            let name = object["name"]?.text, case .integer(let readbm)? = object["readbm"],
            case .integer(let writebm)? = object["writebm"],
            case .integer(let lviewbm)? = object["lviewbm"],
            case .integer(let timeout)? = object["timeout"],
            case .array(let elements)? = object["hosts"]
        else { return nil }
        let hosts = elements.compactMap(\.text)
        guard hosts.count == elements.count else { return nil }
        self.init(
            id: id,
            name: name,
            readbm: readbm,
            writebm: writebm,
            lviewbm: lviewbm,
            timeout: timeout,
            hosts: hosts
        )
    }
}
