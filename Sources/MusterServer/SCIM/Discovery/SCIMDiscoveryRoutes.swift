import Hummingbird
import MusterCore
import SCIMAPI
import TextBytes
import WireJSON

/// What the service can do and what its resources are made of (RFC 7644 section 4).
struct SCIMDiscoveryRoutes: Sendable {
    private let place: SCIMPlace
    private let bodyBytes: Int

    init(_ place: SCIMPlace, bodyBytes: Int) {
        self.place = place
        self.bodyBytes = bodyBytes
    }

    var routes: [Route] {
        [
            route("/ServiceProviderConfig", configuration),
            route("/ResourceTypes", types),
            route("/ResourceTypes/:id", type),
            route("/Schemas", schemas),
            route("/Schemas/:id", schema),
        ]
    }

    /// A route that anybody may ask, or anybody who has come in.
    private func route(_ path: String, _ handler: @escaping Route.Handler) -> Route {
        let isOpen = place.settings.publicDiscovery
        return SCIMRoutes.route(.get, path, isOpen: isOpen) { call in
            if !isOpen { _ = try call.principal }
            return try await handler(call)
        }
    }

    @Sendable private func configuration(_ call: Call) async throws -> Response {
        try refuseFilter(call)
        let root = place.root(of: call)
        return Response.json(reserving: 2048) { json in
            json.object { json in
                json.name("schemas")
                json.array {
                    $0.string("urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig")
                }
                for feature in SCIMFeature.all(bodyBytes: bodyBytes) { feature.write(to: &json) }
                json.name("authenticationSchemes")
                json.array { json in
                    for scheme in SCIMScheme.all { scheme.write(to: &json) }
                }
                json.name("meta")
                json.object { json in
                    json.member("resourceType", "ServiceProviderConfig")
                    json.member("location", "\(root)/ServiceProviderConfig")
                }
            }
        }
    }

    @Sendable private func types(_ call: Call) async throws -> Response {
        try refuseFilter(call)
        let root = place.root(of: call)
        return SCIMList.all(place.settings.kinds) { $0.write(to: &$1, root: root) }
    }

    @Sendable private func type(_ call: Call) async throws -> Response {
        let name = try call.decodedParameter("id")
        guard let type = place.settings.kinds.first(where: { $0.name.hasSameBytes(as: name) })
        else { throw SCIMDiscoveryRoutes.unknown(name) }
        let root = place.root(of: call)
        return Response.json { type.write(to: &$0, root: root) }
    }

    @Sendable private func schemas(_ call: Call) async throws -> Response {
        try refuseFilter(call)
        let root = place.root(of: call)
        return SCIMList.all(place.settings.schemas) { $0.write(to: &$1, root: root) }
    }

    @Sendable private func schema(_ call: Call) async throws -> Response {
        let id = try call.decodedParameter("id")
        guard let schema = place.settings.schemas.first(where: { $0.id.hasSameFoldedBytes(as: id) })
        else { throw SCIMDiscoveryRoutes.unknown(id) }
        let root = place.root(of: call)
        return Response.json { schema.write(to: &$0, root: root) }
    }

    private static func unknown(_ name: String) -> MusterError {
        MusterError(.requestNotFound, "There is no resource \(name.quoted(80)).")
    }

    /// RFC 7644 section 4: so that nobody takes a list that was not filtered for one that was.
    private func refuseFilter(_ call: Call) throws(MusterError) {
        guard try call.scimQuery().folded("filter") == nil else {
            throw MusterError(.insufficientScope, "What the service can do is not filtered.")
        }
    }
}

/// Something that the service can do.
private struct SCIMFeature {
    let name: StaticString
    let more: [(name: StaticString, value: JSONValue)]

    static func all(bodyBytes: Int) -> [SCIMFeature] {
        let supported: [(name: StaticString, value: JSONValue)] = [("supported", .bool(true))]
        return [
            SCIMFeature(name: "patch", more: supported),
            SCIMFeature(
                name: "bulk",
                more: [
                    ("supported", .bool(true)),
                    ("maxOperations", .integer(Int64(SCIMBulk.maximumOperations))),
                    ("maxPayloadSize", .integer(Int64(bodyBytes))),
                ]
            ),
            SCIMFeature(
                name: "filter",
                more: supported + [("maxResults", .integer(Int64(SCIMPage.maximumCount)))]
            ),
            SCIMFeature(name: "changePassword", more: supported),
            SCIMFeature(name: "sort", more: supported),
            SCIMFeature(name: "etag", more: supported),
            // RFC 9865 section 4.
            SCIMFeature(
                name: "pagination",
                more: [
                    ("cursor", .bool(true)), ("index", .bool(true)),
                    ("defaultPaginationMethod", .string("index")),
                    ("defaultPageSize", .integer(Int64(SCIMPage.usualCount))),
                    ("maxPageSize", .integer(Int64(SCIMPage.maximumCount))),
                ]
            ),
        ]
    }

    func write(to json: inout JSONWriter) {
        json.name(name)
        json.object { json in
            for (name, value) in more {
                json.name(name)
                json.value(value)
            }
        }
    }
}

/// A way to say who is calling.
private struct SCIMScheme {
    let type: String
    let name: String
    let description: String
    let specification: String
    let isPrimary: Bool

    static let all = [
        SCIMScheme(
            type: "oauthbearertoken",
            name: "Bearer token",
            description:
                "Both halves of a pair of API keys, one after the other; or a session's token",
            specification: "https://www.rfc-editor.org/rfc/rfc6750",
            isPrimary: true
        ),
        SCIMScheme(
            type: "httpbasic",
            name: "HTTP Basic",
            description: "The access key as the name, the secret key as the password",
            specification: "https://www.rfc-editor.org/rfc/rfc7617",
            isPrimary: false
        ),
    ]

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("type", type)
            json.member("name", name)
            json.member("description", description)
            json.member("specUri", specification)
            json.member("primary", isPrimary)
        }
    }
}
