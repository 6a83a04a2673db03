import ClientTransport
import WireJSON

/// What a user may do who has proved who it is.
///
/// The order is that of the manual: liveview, read, write.
///
/// ```swift
/// let result = try await users.authenticate(
///     username: "new_user",
///     password: password,
///     ipAddress: "192.0.2.7"
/// )
/// let (lview, read, write) = result.tuple
/// ```
public struct Authentication: Sendable, Hashable {
    /// The liveview permissions.
    public let lviewbm: Int64
    /// The read permissions.
    public let readbm: Int64
    /// The write permissions.
    public let writebm: Int64

    /// Makes a value, for tests.
    ///
    /// - Parameters:
    ///   - lviewbm: The liveview permissions.
    ///   - readbm: The read permissions.
    ///   - writebm: The write permissions.
    public init(lviewbm: Int64, readbm: Int64, writebm: Int64) {
        self.lviewbm = lviewbm
        self.readbm = readbm
        self.writebm = writebm
    }

    /// The three masks in the manual's order.
    public var tuple: (lviewbm: Int64, readbm: Int64, writebm: Int64) {
        (lviewbm, readbm, writebm)
    }
}

extension Authentication {
    /// Reads the masks in an answer.
    ///
    /// - Throws: ``ActiveLogicError`` with code `malformed_response`.
    init(_ answer: Answer) throws(ActiveLogicError) {
        let object = try answer.object()
        guard case .integer(let lviewbm)? = object["lviewbm"],
            case .integer(let readbm)? = object["readbm"],
            case .integer(let writebm)? = object["writebm"]
        else { throw .malformedAnswer(requestID: answer.requestID) }
        self.init(lviewbm: lviewbm, readbm: readbm, writebm: writebm)
    }
}
