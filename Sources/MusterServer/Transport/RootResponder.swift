import HTTPTypes
public import Hummingbird
import Logging
import MusterCore
import NIOHTTP1
import TextBytes

/// The outermost part of every request: its number, its limits, and the one place where errors become
/// answers.
public struct RootResponder: HTTPResponder {
    /// The context of a request.
    public typealias Context = MusterRequestContext

    let dialects: [Dialect]
    let table: RouteTable
    let pipeline: RequestAuthenticator
    let limits: RequestLimits
    let ids: RequestIDs
    let refusals: RefusalTally
    let failures = FailureLog()
    var observer = RequestObserver(metrics: nil, accessLog: nil, logger: nil)

    /// Answers a request.
    ///
    /// Every answer carries the request's number; no failure passes unanswered.
    public func respond(to request: Request, context: MusterRequestContext) async throws -> Response
    {
        let begun = RequestObserver.now
        var context = context
        context.requestID = ids.next()
        var response: Response
        var refusal: MusterError.Code?
        do {
            try check(request)
            let route = try route(of: request, &context)
            response = try await pipeline.serve(request, context, route)
            response.speak(route.dialect)
            refusal = response.takeRefusal()
        } catch let error as HTTPParserError {
            // Not HTTP at all: the server below answers 400 and closes.
            throw error
        } catch {
            // Nobody asked who that is, and what a connection was before it is not for such requests.
            if context.endpointPath == nil { context.judge(isKnown: false) }
            let known = RootResponder.known(error)
            refusal = known.code
            response = Response(
                answer(
                    to: known,
                    path: request.uri.path,
                    requestID: context.requestID,
                    logger: context.logger
                )
            )
            if let refused = error as? RefusedCookie {
                response.headers[.setCookie] = refused.clearing
            }
        }
        if request.method == .head { response = response.withoutBody() }
        response.headers[.xRequestUUID] = context.requestID
        response.headers[.xLastRequestUUID] = context.requestID
        if !response.headers.contains(.cacheControl) {
            response.headers[.cacheControl] = "no-store"
        }
        response.headers[.xContentTypeOptions] = "nosniff"
        let client =
            observer.needsClient(refusal)
            ? pipeline.peers.client(of: context.peer, request.headers) : nil
        observer.observe(
            ServedRequest(
                id: context.requestID,
                method: request.method.rawValue,
                route: context.endpointPath ?? "none",
                status: response.status.code,
                nanoseconds: RequestObserver.now - begun,
                client: client,
                refusal: refusal
            )
        )
        return response
    }

    private func check(_ request: Request) throws(MusterError) {
        let size = request.headers.reduce(request.head.path?.utf8.count ?? 0) { size, field in
            size
                + RequestLimits.bytes(
                    ofField: field.name.rawName.utf8.count,
                    field.value.utf8.count
                )
        }
        guard size <= limits.headerBytes else {
            throw MusterError(
                .headerTooLarge,
                "The header has more than \(limits.headerBytes) bytes."
            )
        }
        // RFC 9112 section 3.2; of several, the first has become the authority and the next is left.
        guard let host = request.head.authority, !request.headers.contains(.moreHost) else {
            throw MusterError(.inputMalformed, "Send the header field Host once.")
        }
        // Answers say where things are, the members of a group among them, each time by this name.
        guard host.utf8.count <= RequestLimits.hostBytes else {
            throw MusterError(
                .inputMalformed,
                "The header field Host has more than \(RequestLimits.hostBytes) bytes."
            )
        }
        // RFC 9112 section 6.1.
        guard TransferCoding.isKnown(request.headers[values: .transferEncoding]) else {
            throw MusterError(
                .inputMalformed,
                "Send the body with a Content-Length or with Transfer-Encoding: chunked alone."
            )
        }
        // Paths are of ASCII only (RFC 3986 section 2), and services get short texts. A path with a slash at its end
        // names something else, as clients with an empty id ask for it, but in dialects whose clients mean the same by it.
        let path = request.uri.path.utf8
        guard path.count <= TextLimit.path, path.allSatisfy({ $0 < 0x80 }),
            path.count == 1 || path.last != UInt8(ascii: "/")
                || dialects.owner(of: request.uri.path).allowsSlashAtEnd
        else { throw MusterError(.requestNotFound, "Not Found") }
    }

    /// The route of a request, whose name and parameters go into the context.
    ///
    /// - Throws: ``MusterError`` with code `request.not_found` or `request.method_not_allowed`.
    private func route(
        of request: Request,
        _ context: inout MusterRequestContext
    ) throws(MusterError) -> Route {
        let path = request.uri.path
        guard let endpoint = table.endpoint(of: path) else {
            throw MusterError(.requestNotFound, "Not Found")
        }
        if let route = endpoint.route(for: request.method) {
            context.coreContext.parameters = endpoint.parameters(of: path)
            context.coreContext.endpointPath.value = endpoint.path
            return route
        }
        guard !endpoint.isHidden else { throw MusterError(.requestNotFound, "Not Found") }
        let allowed = endpoint.methods.map(\.rawValue).sorted().joined(separator: ", ")
        throw MusterError(
            .methodNotAllowed,
            "\(request.method.rawValue.head(20)) is not among the methods of this path: \(allowed)",
            details: ["allow": allowed]
        )
    }
}
