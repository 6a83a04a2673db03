import ClientTransport
public import FoundationEssentials
import NIOHTTP1
import TenableAPI
import TextBytes

extension TenableIO {
    /// Roles by name, and who has which.
    public var roles: Roles { Roles(tio: self) }

    /// Roles: the calls under `/access-control/v1`.
    ///
    /// They need the permissions of an administrator. Muster has the standard roles only; custom ones are made
    /// and read with ``TenableIO/post(_:query:body:)`` where the server has them.
    public struct Roles: Sendable {
        let tio: TenableIO
    }

    /// A role.
    public struct Role: Sendable, Equatable {
        /// The whole record.
        public let json: JSONObject
        /// The name.
        public let name: String
        /// The UUID.
        public let uuid: String
        /// `STANDARD` or `CUSTOM`; nil if the server does not tell.
        public let type: String?
        /// A sentence for people; nil if there is none.
        public let details: String?
        /// What the role allows, where the server says so.
        public let permissionStrings: [String]

        /// Reads a record.
        ///
        /// - Throws: `TenableFieldError`.
        init(_ json: JSONObject) throws(TenableFieldError) {
            let fields = TenableFields(json, upTo: TextLimit.answer)
            self.json = json
            name = try fields.requiredText("name")
            uuid = try fields.requiredText("uuid")
            type = try fields.text("type")
            details = try fields.text("description")
            permissionStrings = try fields.texts("role_permission_strings") ?? []
        }
    }
}

extension TenableIO.Roles {
    /// Lists all roles.
    ///
    /// - Throws: ``TenableError``.
    public func list() async throws(TenableError) -> [TenableIO.Role] {
        let request = Request(.GET, "/access-control/v1/roles")
        let answer = try await tio.send(request)
        do {
            return try (answer.json ?? .null).records("roles") { object throws(TenableFieldError) in
                try TenableIO.Role(object)
            }
        } catch {
            throw .malformedAnswer(answer, to: request, error)
        }
    }

    /// Reads which roles a user has.
    ///
    /// - Parameter user: Whose.
    /// - Returns: The UUIDs of the roles.
    /// - Throws: ``TenableError``.
    public func listUserRoles(_ user: TenableIO.ID) async throws(TenableError) -> [String] {
        try await uuids(Request(.GET, Self.route, path: try Self.path(user)))
    }

    /// Gives a user a role in place of the present one.
    ///
    /// - Parameters:
    ///   - role: The UUID of the role.
    ///   - user: To whom.
    /// - Returns: The UUIDs of the roles that the user has now.
    /// - Throws: ``TenableError``.
    @discardableResult
    public func assign(_ role: UUID, to user: TenableIO.ID) async throws(TenableError) -> [String] {
        let request = Request(.PUT, Self.route, path: try Self.path(user)) { json in
            json.name("role_uuids")
            json.array { $0.string(role.uuidString.lowercased()) }
        }
        return try await uuids(request.repeatable)
    }

    private static let route = "/access-control/v1/users/{id}/roles"

    private static func path(_ user: TenableIO.ID) throws(TenableError) -> String {
        "/access-control/v1/users/\(try user.path())/roles"
    }

    private func uuids(_ request: Request) async throws(TenableError) -> [String] {
        try await tio.record(request) { object throws(TenableFieldError) in
            try TenableFields(object).requiredTexts("role_uuids")
        }
    }
}
