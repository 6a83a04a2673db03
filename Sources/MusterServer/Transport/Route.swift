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
    /// By which of its rights a caller administers here.
    let authority: Principal.Authority
    /// Whether strangers are answered, too; others have to say who they are before their body is read.
    let isOpen: Bool
    /// Whether the handler reads the body itself as it arrives; the call's own is empty then.
    let streamsBody: Bool
    /// Whether the answer may have any number of records; it is read and written away from the event loops then.
    let isList: Bool
    /// Whether the handler may wait for more than a password that is hashed, so that the whole call is given up when its
    /// peer goes away.
    let waitsLong: Bool
    let handler: Handler
    /// Answers calls that can be answered at once; nil where none can.
    let reading: Reading?

    init(
        _ method: HTTPRequest.Method,
        _ path: String,
        by authority: Principal.Authority = .role,
        isOpen: Bool = false,
        streamsBody: Bool = false,
        isList: Bool = false,
        waitsLong: Bool = false,
        reading: Reading? = nil,
        _ handler: @escaping Handler
    ) {
        self.method = method
        self.path = path
        self.authority = authority
        self.isOpen = isOpen
        self.streamsBody = streamsBody
        self.isList = isList
        self.waitsLong = waitsLong
        self.handler = handler
        self.reading = reading
    }
}

/// Which methods a path knows, for the answer to a method that it does not.
struct RouteTable: Sendable {
    private let routes: [(method: HTTPRequest.Method, parts: [Substring])]

    init(_ routes: [Route]) {
        self.routes = routes.map { ($0.method, $0.path.split(separator: "/")) }
    }

    /// The methods of a path; empty for a path that is not known.
    func methods(of path: String) -> [HTTPRequest.Method] {
        let parts = path.split(separator: "/")
        let matching = routes.filter { RouteTable.matches($0.parts, parts) }
        // The router takes a path that is written out before one with parts that vary.
        let most = matching.map { RouteTable.fixedCount($0.parts) }.max()
        return matching.filter { RouteTable.fixedCount($0.parts) == most }.map(\.method)
    }

    private static func fixedCount(_ pattern: [Substring]) -> Int {
        pattern.count { $0.first != ":" }
    }

    private static func matches(_ pattern: [Substring], _ parts: [Substring]) -> Bool {
        pattern.count == parts.count
            && zip(pattern, parts).allSatisfy { $0.first == ":" || $0 == $1 }
    }
}
