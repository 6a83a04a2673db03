import HTTPTypes
import Hummingbird
import MusterCore

/// One method on one path.
struct Route: Sendable {
    /// Answers a call.
    typealias Handler = @Sendable (Call) async throws -> Response

    let method: HTTPRequest.Method
    /// The path, with `:name` for parts that vary.
    let path: String
    /// The dialect that it belongs to.
    let dialect: Dialect
    /// Whether strangers are answered, too; others have to say who they are before their body is read.
    let isOpen: Bool
    /// Whether the handler itself decides what becomes of strangers, who are told from callers all the same.
    let admitsStrangers: Bool
    /// Whether the path is told to nobody who does not ask for it by one of its methods.
    let isHidden: Bool
    /// Whether the handler reads the body itself as it arrives; the call's own is empty then.
    let streamsBody: Bool
    /// Whether the answer may have any number of records; it is read and written away from the event loops then.
    let isList: Bool
    /// Whether the handler may wait for more than a password that is hashed, so that the whole call is given up when its
    /// peer goes away.
    let waitsLong: Bool
    /// Whether whoever has sent too many requests is answered all the same, since it gives up what it has come in by.
    private(set) var isGivingUp = false
    let handler: Handler
    /// Answers calls that can be answered at once; nil if none can.
    let reading: Reading?
    /// Whether the fast path may ask it, too: it needs nothing of the request but its target, who asks, and where it came in.
    let takesFastPath: Bool
    /// Whether its answers say where things are, as the caller sees it.
    let asksWhere: Bool

    init(
        _ method: HTTPRequest.Method,
        _ path: String,
        of dialect: Dialect = .tenable,
        isOpen: Bool = false,
        admitsStrangers: Bool = false,
        isHidden: Bool = false,
        streamsBody: Bool = false,
        isList: Bool = false,
        waitsLong: Bool = false,
        reading: Reading? = nil,
        takesFastPath: Bool = true,
        asksWhere: Bool = false,
        _ handler: @escaping Handler
    ) {
        self.method = method
        self.path = path
        self.dialect = dialect
        self.isOpen = isOpen
        self.admitsStrangers = admitsStrangers
        self.isHidden = isHidden
        self.streamsBody = streamsBody
        self.isList = isList
        self.waitsLong = waitsLong
        self.handler = handler
        self.reading = reading
        self.takesFastPath = takesFastPath
        self.asksWhere = asksWhere
    }

    /// The same route, which is not refused to whoever has sent too many requests: it gives up what it has come in by.
    var givingUp: Route {
        var route = self
        route.isGivingUp = true
        return route
    }
}
