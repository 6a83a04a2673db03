import FoundationEssentials
import HTTPTypes
import Hummingbird
import MusterCore
import NIOCore
import SCIMAPI
import TextBytes
import WireJSON

/// SCIM 2.0, under ``root``.
///
/// | method | path | needs | answers |
/// |---|---|---|---|
/// | GET | /ServiceProviderConfig, /ResourceTypes, /Schemas | nothing, unless that was set | 200 |
/// | GET, POST | /Users | reader, administrator | 200 list, 201 resource |
/// | GET, PUT, PATCH, DELETE | /Users/{id} | reader or oneself, administrator | 200, 200, 200, 204 |
/// | POST | /Users/.search | reader | 200 list |
/// | GET, POST | /Groups | reader, administrator | 200 list, 201 resource |
/// | GET, PUT, PATCH, DELETE | /Groups/{id} | reader, administrator | 200, 200, 200 or 204, 204 |
/// | POST | /Groups/.search, /.search | reader | 200 list |
/// | GET, PUT, PATCH | /Me | nothing but to have come in | 200 |
/// | POST | /Bulk | what each of its operations needs | 200 |
///
/// A reader has the Read of Users, an administrator its Write; who has the role Administrator is both.
struct SCIMRoutes {
    /// Where the API lives.
    static let root = "/scim/v2"
    /// The media type of every answer (RFC 7644 section 8.1).
    static let mediaType = "application/scim+json; charset=utf-8"

    private let parts: ServerParts

    init(_ parts: ServerParts) {
        self.parts = parts
    }

    var routes: [Route] {
        let place = SCIMPlace(parts)
        let lists: [[Route]] = [
            SCIMDiscoveryRoutes(place, bodyBytes: parts.bodyBytes).routes,
            SCIMUserRoutes(parts.directory, place).routes,
            SCIMGroupRoutes(parts.directory, place).routes,
            SCIMSearchRoutes(parts.directory, place).routes,
        ]
        let routes = lists.flatMap(\.self)
        return routes + SCIMBulkRoutes(place, over: routes).routes
    }

    /// A route of the API.
    static func route(
        _ method: HTTPRequest.Method,
        _ path: String,
        isOpen: Bool = false,
        isList: Bool = false,
        _ handler: @escaping Route.Handler
    ) -> Route {
        Route(method, root + path, of: .scim, isOpen: isOpen, isList: isList, handler)
    }

    /// A route of the API that only reads by index: its answer is of the snapshot in which its caller was let in.
    static func reading(
        _ path: String,
        in directory: Directory,
        takesFastPath: Bool = true,
        isList: Bool = false,
        leaving long: Route.Handler? = nil,
        _ reading: @escaping Route.Reading
    ) -> Route {
        Route(
            reading: root + path,
            of: .scim,
            in: directory,
            takesFastPath: takesFastPath,
            asksWhere: true,
            isList: isList,
            leaving: long,
            reading
        )
    }
}

/// Where resources are, as a caller sees it.
struct SCIMPlace: Sendable {
    /// What is shown, and to whom.
    let settings: SCIMSettings
    private let publicURL: String?
    private let cookies: SessionCookie

    init(_ parts: ServerParts) {
        settings = parts.scim
        publicURL = parts.directory.rules.publicURL?.text
        cookies = parts.cookies
    }

    /// The absolute address of the API: the one that was set, or the one that the request went to.
    func root(of call: Call) -> String {
        root(of: call.request, on: call.context.channel)
    }

    /// The same of a call that only reads; nil where its request does not say enough.
    func root(of call: ReadCall) -> String? {
        switch call.arrival {
        case nil: return nil
        case .request(let request, let channel)?: return root(of: request, on: channel)
        case .head(let head, let peer)?:
            if let publicURL { return publicURL + SCIMRoutes.root }
            guard let host = head.host, !host.isEmpty else { return nil }
            return root(at: host, isSecure: cookies.isSecure(from: peer, head))
        }
    }

    /// The same of a request that came in on a connection.
    func root(of request: Request, on channel: any Channel) -> String {
        if let publicURL { return publicURL + SCIMRoutes.root }
        return root(
            at: request.head.authority ?? "localhost",
            isSecure: cookies.isSecure(on: channel, request.headers)
        )
    }

    private func root(at host: String, isSecure: Bool) -> String {
        let scheme: StaticString = isSecure ? "https://" : "http://"
        let room = scheme.utf8CodeUnitCount + host.utf8.count + SCIMRoutes.root.utf8.count
        return String(unsafeUninitializedCapacity: room) { room in
            var writer = RoomWriter(UnsafeMutableRawBufferPointer(room))
            writer.add(scheme)
            writer.add(host)
            writer.add(SCIMRoutes.root)
            return writer.count
        }
    }
}

extension Call {
    /// The UUID that the path names, in any case.
    ///
    /// - Throws: ``MusterError`` with a code of the kind of resource where it is none: nobody has another id.
    func scimID(_ code: MusterError.Code) throws(MusterError) -> UUID {
        try UUID(scimID: parameter("id"), code)
    }

    /// The body, which has to be an object.
    ///
    /// - Throws: ``MusterError`` with code `input.malformed` or `request.unsupported_media_type`.
    func scimBody() throws(MusterError) -> JSONObject {
        guard !hasNoBody else {
            throw MusterError(.inputMalformed, "The request needs a body: an object of JSON.")
        }
        return try bodyObject()
    }

    /// What the query asks for, with names in any case.
    ///
    /// - Throws: ``MusterError`` with code `input.malformed` or `input.invalid`.
    func scimQuery() throws(MusterError) -> QueryItems { try request.scimQuery() }
}

extension Request {
    /// What the query asks for, with names in any case.
    ///
    /// - Throws: ``MusterError`` with code `input.malformed` or `input.invalid`.
    func scimQuery() throws(MusterError) -> QueryItems { try QueryItems(scim: uri.query ?? "") }
}

extension ReadCall {
    /// What the query asks for, with names in any case.
    ///
    /// - Throws: ``MusterError`` with code `input.malformed` or `input.invalid`.
    func scimQuery() throws(MusterError) -> QueryItems { try QueryItems(scim: queryText) }
}

extension QueryItems {
    /// A query, in which a filter may be as long as one in a body.
    fileprivate init(scim query: String) throws(MusterError) {
        try self.init(bytes: Array(query.utf8), upTo: 2 * SCIMFilter.maximumBytes)
    }
}

extension UUID {
    /// The UUID that a path names, in any case.
    ///
    /// - Throws: ``MusterError`` with a code of the kind of resource where it is none: nobody has another id.
    init(scimID text: String, _ code: MusterError.Code) throws(MusterError) {
        guard let uuid = UUID(path: text) else {
            throw MusterError(code, "There is no resource \(text.quoted(60)).")
        }
        self = uuid
    }
}

extension SCIMFailure {
    /// The failure as one of the directory's, which keeps the standard's word for it.
    var error: MusterError {
        let code: MusterError.Code =
            switch kind {
            case .sensitive: .insufficientScope
            case .invalidSyntax: .inputMalformed
            case .tooMany: .bodyTooLarge
            default: .inputInvalid
            }
        return MusterError(code, detail, details: [SCIMErrors.kind: kind.rawValue])
    }
}

/// Does something of SCIM's, whose failures become the directory's.
func scim<Value>(_ body: () throws(SCIMFailure) -> Value) throws(MusterError) -> Value {
    do {
        return try body()
    } catch {
        throw error.error
    }
}
