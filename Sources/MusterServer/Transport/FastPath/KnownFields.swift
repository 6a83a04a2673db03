/// The fields of a request's head by which it is decided where it is answered.
///
/// Every head is asked for all of them, so that each name is looked at once, when it is read, and not once for each question.
struct KnownFields: OptionSet {
    let rawValue: UInt8

    /// `Host`.
    static let host = KnownFields(rawValue: 1)
    /// `Host` once more.
    static let moreHosts = KnownFields(rawValue: 2)
    /// One that says who asks.
    static let credentials = KnownFields(rawValue: 4)
    /// Another one that does.
    static let moreCredentials = KnownFields(rawValue: 8)
    /// One of a body, a condition or somebody in whose name a call is made: whoever answers at once leaves it to others.
    static let involved = KnownFields(rawValue: 16)
    /// One that says how the message ends, or that the connection changes.
    static let framing = KnownFields(rawValue: 32)
    /// `Connection`.
    static let connection = KnownFields(rawValue: 64)

    /// What a name is, in any case; empty for any that is not asked for.
    init(named name: UnsafeRawBufferPointer) {
        // By their lengths first: most names have none of these.
        switch name.count {
        case 4 where name.isEqual(to: "host"):
            self = .host
        case 6 where name.isEqual(to: "cookie"), 8 where name.isEqual(to: "x-cookie"),
            9 where name.isEqual(to: "x-apikeys"), 13 where name.isEqual(to: "authorization"):
            self = .credentials
        case 6 where name.isEqual(to: "expect"), 8 where name.isEqual(to: "if-match"),
            13 where name.isEqual(to: "if-none-match"), 13 where name.isEqual(to: "x-impersonate"),
            14 where name.isEqual(to: "content-length"):
            self = .involved
        case 7 where name.isEqual(to: "upgrade"), 16 where name.isEqual(to: "proxy-connection"),
            17 where name.isEqual(to: "transfer-encoding"):
            self = .framing
        case 10 where name.isEqual(to: "connection"):
            self = .connection
        default:
            self = []
        }
    }

    init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// Adds one that was read.
    mutating func add(_ field: KnownFields) {
        if field == .host, contains(.host) { insert(.moreHosts) }
        if field == .credentials, contains(.credentials) { insert(.moreCredentials) }
        insert(field)
    }
}
