import ActiveLogicAPI
import ClientTransport
import WireJSON

/// A user, as it was when the server answered.
///
/// A value: it does not follow later changes, and changing it changes nothing at the server. There is never a
/// password in it.
public struct User: Sendable, Hashable, Identifiable {
    /// The id, from 1; never given twice, and kept when the user is renamed.
    public var id: Int64
    /// The login name.
    public var name: String
    /// The read permissions, a bit for each resource: 0 to 2^63-1.
    public var readbm: Int64
    /// The write permissions, a bit for each resource: 0 to 2^63-1.
    ///
    /// Write includes read.
    public var writebm: Int64
    /// The liveview permissions: 0 to 2^63-1.
    public var lviewbm: Int64
    /// The inactivity timeout in seconds, 0 to 2^31-1; 0 means never.
    public var timeout: Int64
    /// The addresses and networks from which the user may come.
    ///
    /// **None means from anywhere.**
    public var hosts: [String]

    /// Makes a value, for tests and previews; the server's come from ``Users/list(_:)``.
    ///
    /// - Parameters:
    ///   - id: The id.
    ///   - name: The login name.
    ///   - readbm: The read permissions.
    ///   - writebm: The write permissions.
    ///   - lviewbm: The liveview permissions.
    ///   - timeout: The inactivity timeout in seconds.
    ///   - hosts: Where the user may come from; none means from anywhere.
    public init(
        id: Int64,
        name: String,
        readbm: Int64 = 0,
        writebm: Int64 = 0,
        lviewbm: Int64 = 0,
        timeout: Int64 = 0,
        hosts: [String] = []
    ) {
        self.id = id
        self.name = name
        self.readbm = readbm
        self.writebm = writebm
        self.lviewbm = lviewbm
        self.timeout = timeout
        self.hosts = hosts
    }
}

extension User {
    init(_ record: UserRecord) {
        self.init(
            id: record.id,
            name: record.name,
            readbm: record.readbm,
            writebm: record.writebm,
            lviewbm: record.lviewbm,
            timeout: record.timeout,
            hosts: record.hosts
        )
    }

    /// Reads the user in an answer.
    ///
    /// - Throws: ``ActiveLogicError`` with code `malformed_response`.
    init(_ answer: Answer) throws(ActiveLogicError) {
        guard let record = UserRecord(.object(try answer.object())) else {
            throw .malformedAnswer(requestID: answer.requestID)
        }
        self.init(record)
    }
}
