import HTTPTypes
import Hummingbird
import Logging
import MusterCore
import NIOCore
import SCIMAPI
import TextBytes
import WireJSON

/// Many changes in one request (RFC 7644 section 3.7): each is the call that it would be alone, with a transaction and
/// records of its own.
struct SCIMBulkRoutes: Sendable {
    private let place: SCIMPlace
    /// The calls that an operation may be.
    private let table: RouteTable
    private let failures = FailureLog()

    init(_ place: SCIMPlace, over routes: [Route]) {
        self.place = place
        let roots = SCIMResourceType.all.map { SCIMRoutes.root + $0.endpoint }
        table = RouteTable(
            routes.filter { route in
                route.method != .get && !route.isList
                    && roots.contains { route.path.utf8.starts(with: $0.utf8) }
            }
        )
    }

    var routes: [Route] {
        [SCIMRoutes.route(.post, "/Bulk", isList: true, perform)]
    }

    @Sendable private func perform(_ call: Call) async throws -> Response {
        try call.principal.requireSettledAccount()
        // Each operation asks again; whoever may do none of them need not have them read.
        try call.principal.requireAdministrator()
        let body = try call.scimBody()
        let bulk = try scim { () throws(SCIMFailure) in try SCIMBulk(body) }
        var run = SCIMBulkRun(bulk)
        while let next = run.next() {
            let outcome: SCIMBulkRun.Outcome =
                switch next.step {
                case .refuse(let error, let status):
                    SCIMBulkRun.Outcome(status: status, refusal: error)
                case .perform(let path, let data):
                    await outcome(of: bulk.operations[next.place], path, data, call)
                }
            run.note(outcome, at: next.place)
        }
        let root = place.root(of: call)
        return Response.json(reserving: 256 + bulk.operations.count * 256) { json in
            run.write(to: &json, root: root)
        }
    }

    private func outcome(
        of operation: SCIMBulk.Operation,
        _ path: String,
        _ data: JSONObject?,
        _ call: Call
    ) async -> SCIMBulkRun.Outcome {
        do {
            let response = try await answer(to: operation, path, data, call)
            return SCIMBulkRun.Outcome(
                path: path,
                status: response.status,
                location: response.headers[.location],
                version: response.headers[.eTag]
            )
        } catch let error as MusterError {
            return SCIMBulkRun.Outcome(path: path, refusal: error)
        } catch {
            failures.tell(
                "request failed",
                ["request.id": "\(call.context.requestID)", "error.cause": "\(error)"],
                in: call.context.logger
            )
            let hidden = MusterError(.serverInternal, RootResponder.internalMessage)
            return SCIMBulkRun.Outcome(path: path, refusal: hidden)
        }
    }

    private func answer(
        to operation: SCIMBulk.Operation,
        _ path: String,
        _ data: JSONObject?,
        _ call: Call
    ) async throws -> Response {
        let whole = SCIMRoutes.root + path
        guard let method = HTTPRequest.Method(operation.method),
            let endpoint = table.endpoint(of: whole)
        else { throw MusterError(.requestNotFound, "There is no resource \(path.quoted(80)).") }
        guard let route = endpoint.route(for: method) else {
            throw MusterError(
                .methodNotAllowed,
                "\(operation.method) is not done to \(path.quoted(80))."
            )
        }
        var head = HTTPRequest(
            method: method,
            scheme: call.request.head.scheme,
            authority: call.request.head.authority,
            path: whole,
            headerFields: [.contentType: "application/scim+json"]
        )
        head.headerFields[.ifMatch] = operation.version
        var context = call.context
        context.coreContext.parameters = endpoint.parameters(of: whole)
        let body = data.map { ByteBuffer(bytes: JSONValue.object($0).bytes) } ?? ByteBuffer()
        return try await route.handler(
            Call(
                request: Request(head: head, body: RequestBody(buffer: ByteBuffer())),
                context: context,
                origin: call.origin,
                body: body,
                authenticated: call.authenticated,
                share: call.share
            )
        )
    }
}
