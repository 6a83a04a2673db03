/// How much a caller may ask of the server.
public struct RequestLimits: Sendable {
    /// The most bytes of a body.
    public var bodyBytes: Int
    /// The most bytes of the target and all header fields together.
    public var headerBytes: Int
    /// The most bytes of all requests that are arriving, together; a body that is larger is always refused.
    public var arrivalBytes: Int
    /// The most connections at a time.
    public var connections: Int
    /// The time in which head and body have to arrive.
    public var requestTime: Duration
    /// How long an answer may wait for a peer that takes nothing of it.
    public var stallTime: Duration
    /// How long a connection may wait for its next request.
    public var idleTime: Duration
    /// The most requests by one session or pair of keys in a minute, a quarter of those of its user; nil means any number.
    public var requestsPerMinute: Int?

    /// Builds limits; the defaults are those of the program.
    public init(
        bodyBytes: Int = 1_048_576,
        headerBytes: Int = 32_768,
        arrivalBytes: Int = 67_108_864,
        connections: Int = 15_000,
        requestTime: Duration = .seconds(30),
        stallTime: Duration = .seconds(30),
        idleTime: Duration = .seconds(60),
        requestsPerMinute: Int? = nil
    ) {
        self.bodyBytes = bodyBytes
        self.headerBytes = headerBytes
        self.arrivalBytes = arrivalBytes
        self.connections = connections
        self.requestTime = requestTime
        self.stallTime = stallTime
        self.idleTime = idleTime
        self.requestsPerMinute = requestsPerMinute
    }

    /// The most bytes of a stranger's body: a login, with much room.
    var strangersBodyBytes: Int { min(bodyBytes, 16_384) }

    /// The most bytes of the field `Host`: the longest name there is, and a port.
    static let hostBytes = 261

    /// What a field counts against ``headerBytes``: its name and value with the four bytes around them.
    static func bytes(ofField name: Int, _ value: Int) -> Int {
        name + value + 4
    }
}
