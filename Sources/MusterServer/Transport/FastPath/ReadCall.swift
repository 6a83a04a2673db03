import HTTPTypes
import Hummingbird
import MusterCore
import NIOCore

/// A request that only reads, on its way to a service: who asks, for what, in which snapshot.
struct ReadCall {
    /// Who asks.
    let principal: Principal
    /// The part of the path that varies, as it was sent, not decoded; empty if none does.
    let parameter: String
    /// The query, not decoded.
    let queryText: String
    /// The tags of what the caller knows already (`If-None-Match`), on the routes that ask for them; nil if there are
    /// none.
    var knownTags: String?
    /// The directory at the moment at which the caller was let in.
    let reader: any DirectoryReader
    /// The request and where it came in; nil on the fast path, but for routes whose answers say where things are.
    var arrival: Arrival?

    /// A request, as far as it says where it went to.
    enum Arrival {
        /// One that the framework has read, and its connection.
        case request(Request, any Channel)
        /// One of the fast path, and its connection's other end.
        case head(RequestHead, from: IPAddress?)
    }

    /// The query.
    ///
    /// - Throws: ``MusterError`` with code `input.malformed`.
    func query() throws(MusterError) -> QueryItems {
        try QueryItems(queryText)
    }

    /// The part of the path that varies, decoded.
    ///
    /// - Throws: ``MusterError`` with code `input.malformed`.
    func decodedParameter() throws(MusterError) -> String {
        try PercentEncoding.decode(Array(parameter.utf8), plusIsSpace: false)
    }
}

extension Route {
    /// Answers a call that only reads; nil leaves it to the route's handler, as a list without end does.
    typealias Reading = @Sendable (ReadCall) throws(MusterError) -> Answer?

    /// A route that only reads by index, and has its answer within the read that lets its caller in.
    ///
    /// - Parameters:
    ///   - path: The path.
    ///   - dialect: The dialect.
    ///   - directory: Whose users act in others' names.
    ///   - takesFastPath: Whether the fast path may ask it, too.
    ///   - asksWhere: Whether answers say where things are, as the caller sees it.
    ///   - isList: Whether what it leaves may have any number of records.
    ///   - long: Answers what `reading` leaves; nil if it leaves nothing.
    ///   - reading: Answers.
    init(
        reading path: String,
        of dialect: Dialect = .tenable,
        in directory: Directory,
        takesFastPath: Bool = true,
        asksWhere: Bool = false,
        isList: Bool = false,
        leaving long: Handler? = nil,
        _ reading: @escaping Reading
    ) {
        self.init(
            .get,
            path,
            of: dialect,
            isList: isList,
            reading: reading,
            takesFastPath: takesFastPath,
            asksWhere: asksWhere
        ) { call in
            // Whoever acts in another's name was let in by a read of its own, and is judged again in this one. What was
            // left by the read that has let its caller in is not asked for again.
            if !call.wasLeft {
                let (request, channel) = (call.request, call.context.channel)
                let parameter = call.variable(of: path)
                let answer = try await call.look(in: directory) {
                    principal,
                    reader throws(MusterError) in
                    try reading(ReadCall(request, channel, principal, parameter, reader))
                }
                if let answer { return try Response.page(answer, for: call.principal.payer) }
            }
            guard let long else { throw MusterError(.requestNotFound, "Not Found") }
            return try await long(call)
        }
    }
}

extension ReadCall {
    /// What a request asks for.
    init(
        _ request: Request,
        _ channel: any Channel,
        _ principal: Principal,
        _ parameter: String,
        _ reader: any DirectoryReader
    ) {
        self.principal = principal
        self.parameter = parameter
        queryText = request.uri.query ?? ""
        knownTags = request.headers[.ifNoneMatch]
        self.reader = reader
        arrival = .request(request, channel)
    }
}

extension Call {
    /// The part of a route's path that varies, as it was sent; empty if none does.
    func variable(of path: String) -> String {
        context.variable(of: path)
    }

    /// Reads for the caller, who is admitted again in that read.
    fileprivate func look<Outcome: Sendable>(
        in directory: Directory,
        _ body: @escaping @Sendable (Principal, any DirectoryReader) throws(MusterError) -> Outcome
    ) async throws(MusterError) -> Outcome {
        try await directory.access.look(by: try principal, .bounded, body)
    }
}

extension MusterRequestContext {
    /// The part of a route's path that varies, as it was sent; empty if none does.
    func variable(of path: String) -> String {
        let part = path.utf8.split(separator: UInt8(ascii: "/")).first {
            $0.first == UInt8(ascii: ":")
        }
        guard let part else { return "" }
        return coreContext.parameters.get(String(Substring(part.dropFirst()))) ?? ""
    }
}
