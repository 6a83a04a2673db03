import FoundationEssentials
import HTTPTypes
import HummingbirdCore
import MusterCore
import MusterTesting
import NIOCore
import StoreTesting
import Testing

@testable import MusterServer

@Suite("The last one who can administer stays able to", .everyStore)
struct LastAdministratorTests {
    /// A call after which a user cannot sign in or administer.
    struct Step: Sendable, CustomTestStringConvertible {
        let method: HTTPRequest.Method
        let path: String
        var body = ""

        var testDescription: String { "\(method) \(path) \(body)" }
    }

    /// Whose right is the last of its kind.
    enum Kind: CaseIterable, Sendable {
        /// The role Administrator.
        case role
        /// The Write on Users.
        case writer
    }

    private static let steps: [Step] = [
        Step(method: .put, path: "/users/{id}", body: #"{"enabled":false}"#),
        Step(method: .put, path: "/users/{id}/enabled", body: #"{"enabled":false}"#),
        Step(
            method: .put,
            path: "/users/{id}/authorizations",
            body: #"{"api_permitted":false,"password_permitted":false,"saml_permitted":true}"#
        ),
        Step(method: .delete, path: "/users/{id}"),
        Step(method: .delete, path: "/activelogic/v1/users/{id}"),
        Step(method: .delete, path: "/activelogic/v1/users/by-name/last@example.com"),
        Step(method: .delete, path: "/muster/v1/users/{id}"),
        Step(method: .patch, path: "/muster/v1/users/{id}", body: #"{"enabled":false}"#),
        Step(
            method: .patch,
            path: "/muster/v1/users/{id}",
            body: #"{"api_permitted":false,"password_permitted":false}"#
        ),
        Step(
            method: .patch,
            path: "/muster/v1/users/{id}",
            body: #"{"expires_at":4102444800000}"#
        ),
        line(#""expires_at":4102444800000"#),
        line(#""enabled":false"#), line(#""api_permitted":false,"password_permitted":false"#),
    ]

    private static let roleSteps: [Step] = [
        Step(method: .put, path: "/users/{id}", body: #"{"permissions":16}"#),
        Step(
            method: .put,
            path: "/access-control/v1/users/{id}/roles",
            body: #"{"role_uuids":["\#(Role.basic.uuid.text)"]}"#
        ),
        Step(method: .patch, path: "/muster/v1/users/{id}", body: #"{"permissions":16}"#),
        line(#""permissions":16"#),
    ]

    private static let writerSteps: [Step] = [
        Step(method: .patch, path: "/activelogic/v1/users/{id}", body: #"{"writebm":0}"#),
        Step(method: .patch, path: "/muster/v1/users/{id}", body: #"{"writebm":0}"#),
        line(#""writebm":0"#),
    ]

    private static func line(_ fields: String) -> Step {
        Step(
            method: .post,
            path: "/muster/v1/users/import?mode=upsert",
            body: #"{"username":"last@example.com",\#(fields)}"#
        )
    }

    private let store: FaultyStore
    private let test: TestDirectory
    private let server: TestServer
    private let token: LocalAdminToken

    init() async throws {
        store = try FaultyStore()
        test = try await TestDirectory(store: store)
        token = LocalAdminToken(test.directory)
        server = TestServer(test, localAdminToken: token)
    }

    /// Makes the last one of a kind: all others are disabled, but for one who has the other right.
    private func prepare(_ kind: Kind, isLast: Bool) async throws -> User {
        var last = try await test.makeUser(
            "last@example.com",
            role: kind == .role ? .administrator : .basic
        )
        if kind == .writer { last.masks = Masks(write: Resource.users.bit) }
        try await test.overwrite(last)
        // One who has the same right, but could not come in with it.
        var shut = last
        shut = try await test.makeUser("shut@example.com", role: last.role)
        shut.masks = last.masks
        shut.authorizations.password = false
        try await test.overwrite(shut)
        if isLast {
            var owner = test.administrator
            owner.isEnabled = false
            try await test.overwrite(owner)
        }
        return last
    }

    /// Makes a step as a command on the data folder does, which may do anything but this.
    private func make(_ step: Step, on user: User) async throws -> (HTTPResponse.Status, String) {
        var fields: HTTPFields = [.authorization: "Bearer " + token.token.withExposedValue(\.self)]
        if step.path.contains("import") { fields[.contentType] = "application/x-ndjson" }
        let answer = try await server.send(
            step.method,
            step.path.replacing("{id}", with: "\(user.id.rawValue)"),
            body: step.body,
            fields: fields
        )
        return (answer.status, try await answer.text())
    }

    private func expectRefusal(_ step: Step, _ kind: Kind) async throws {
        let user = try await prepare(kind, isLast: true)
        let before = try await store.contents()
        let (status, text) = try await make(step, on: user)
        let isRefused =
            status == .conflict
            || (status == .ok && text.contains(#""code":"access.last_administrator""#))
        #expect(isRefused, "\(status) \(text)")
        #expect(text.contains("is the last"))
        #expect(try await store.contents() == before)
    }

    @Test("it is neither disabled nor deleted nor shut out", arguments: steps, Kind.allCases)
    func stays(_ step: Step, _ kind: Kind) async throws {
        try await expectRefusal(step, kind)
    }

    @Test("the last administrator keeps its role", arguments: roleSteps)
    func keepsRole(_ step: Step) async throws {
        try await expectRefusal(step, .role)
    }

    @Test("the last holder of the Write on Users keeps it", arguments: writerSteps)
    func keepsBit(_ step: Step) async throws {
        try await expectRefusal(step, .writer)
    }

    @Test(
        "where another one can administer, each of the steps is made",
        arguments: steps,
        Kind.allCases
    )
    func notLast(_ step: Step, _ kind: Kind) async throws {
        let user = try await prepare(kind, isLast: false)
        let before = try await store.contents()
        let (status, text) = try await make(step, on: user)
        #expect(status.kind == .successful && !text.contains(#""done":false"#), "\(status) \(text)")
        #expect(try await store.contents() != before)
    }

    @Test("of two administrators who disable each other at the same moment one stays")
    func eachOther() async throws {
        let (test, owner) = (test, test.administrator)
        let deputy = try await test.makeUser("deputy@example.com", role: .administrator)
        let principal = try await test.asUser(deputy)
        store.beforeNextChange {
            let refusal = await failure {
                try await test.users.edit(.user(.id(owner.id)), by: principal) {
                    () throws(MusterError) in UserChanges { $0.isEnabled = false }
                }
            }
            #expect(refusal == nil)
        }
        let second = await failure {
            try await test.users.edit(.user(.id(deputy.id)), by: test.asAdministrator) {
                () throws(MusterError) in UserChanges { $0.isEnabled = false }
            }
        }
        #expect(second?.code == .credentialsInvalid)
        let isEnabled = try await test.users.details(.user(.id(deputy.id)), by: principal).isEnabled
        #expect(isEnabled)
    }
}
