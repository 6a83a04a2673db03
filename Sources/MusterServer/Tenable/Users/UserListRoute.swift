import Hummingbird
import MusterCore
import NIOCore
import TenableAPI
import WireJSON

/// The list of users: a page where `limit` is given, otherwise all of them, written as they are read.
struct UserListRoute: Sendable {
    /// How many users are read at a time.
    ///
    /// A list of any length takes the memory of so many.
    static let batchSize = 500

    private let users: UserService
    private let view: UserView

    init(_ directory: Directory) {
        users = UserService(directory)
        view = UserView(directory)
    }

    @Sendable func list(_ call: Call) async throws -> Response {
        try respond(to: try call.principal, call) { () throws(MusterError) in
            try call.query().userQuery()
        }
    }

    /// Answers with the users that a query asks for, or the members of a group.
    func respond(
        to principal: Principal,
        _ call: Call,
        _ read: () throws(MusterError) -> (query: UserQuery, hasLimit: Bool)
    ) throws -> Response {
        try principal.require(.basic)
        let withRoles = try call.query().wantsRoles()
        let (query, hasLimit) = try read()
        let batch = try users.page(by: principal) { () throws(MusterError) in query }
        let writeUser = writer(for: principal, withRoles: withRoles)
        if hasLimit || batch.count < query.limit {
            return Response.json(reserving: 64 + batch.count * 768) { json in
                json.object { json in
                    json.name("users")
                    json.array { json in
                        for user in batch { writeUser(user, &json) }
                    }
                }
            }
        }
        return stream(batch, query, principal, writeUser)
    }

    private typealias UserWriter = @Sendable (User, inout JSONWriter) -> Void

    private func writer(for principal: Principal, withRoles: Bool) -> UserWriter {
        let view = view
        if principal.user.role == .administrator {
            return { user, json in view.record(user, withRoles: withRoles).write(to: &json) }
        }
        return { user, json in view.record(user).writeBrief(to: &json) }
    }

    private func stream(
        _ first: [User],
        _ query: UserQuery,
        _ principal: Principal,
        _ writeUser: @escaping UserWriter
    ) -> Response {
        let users = users
        let body = ResponseBody { body in
            var json = JSONWriter(reserving: UserListRoute.batchSize * 768)
            json.beginObject()
            json.name("users")
            json.beginArray()
            var batch = first
            var query = query
            while let last = batch.last {
                for user in batch { writeUser(user, &json) }
                try await body.write(ByteBuffer(bytes: json.takeBytes()))
                guard batch.count == query.limit else { break }
                query.after = last.id
                batch = try users.page(by: principal) { () throws(MusterError) in query }
            }
            json.endArray()
            json.endObject()
            try await body.write(ByteBuffer(bytes: json.takeBytes()))
            try await body.finish(nil)
        }
        return Response(status: .ok, headers: [.contentType: Response.jsonType], body: body)
    }
}

extension QueryItems {
    /// Reads `limit`, `after`, `q` and `sort`.
    ///
    /// - Throws: ``MusterError`` with code `input.invalid`, naming the parameter.
    func userQuery() throws(MusterError) -> (query: UserQuery, hasLimit: Bool) {
        var query = UserQuery(limit: UserListRoute.batchSize)
        if let text = self["limit"] {
            guard let limit = Int(digits: text), (1...UserQuery.maximumLimit).contains(limit) else {
                throw .invalid("limit", "\"limit\" must be from 1 to \(UserQuery.maximumLimit)")
            }
            query.limit = limit
        }
        if let text = self["after"] {
            guard let id = Int(digits: text) else {
                throw .invalid("after", "\"after\" must be the id of a user")
            }
            query.after = UserID(rawValue: Int64(id))
        }
        if let prefix = self["q"] {
            guard prefix.utf8.count <= Username.maximumLength else {
                throw .invalid("q", "\"q\" must have at most \(Username.maximumLength) bytes")
            }
            query.prefix = prefix.isEmpty ? nil : prefix
        }
        if let text = self["sort"] {
            query.isDescending = text.first == "-"
            guard
                let field = UserQuery.SortField(
                    rawValue: String(query.isDescending ? text.dropFirst() : text[...])
                )
            else {
                let names = UserQuery.SortField.allCases.map(\.rawValue).joined(separator: ", ")
                throw .invalid(
                    "sort",
                    "\"sort\" must be one of \(names), with - in front to turn it round"
                )
            }
            query.sort = field
        }
        return (query, self["limit"] != nil)
    }
}

extension Int {
    /// Reads a number written in 1 to 18 decimal digits and nothing else.
    init?(digits text: String) {
        guard (1...18).contains(text.utf8.count),
            text.utf8.allSatisfy({ (0x30...0x39).contains($0) })
        else { return nil }
        self.init(text)
    }
}
