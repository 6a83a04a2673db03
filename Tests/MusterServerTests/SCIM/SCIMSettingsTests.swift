import FoundationEssentials
import HTTPTypes
import HummingbirdCore
import MusterCore
import MusterTesting
import StoreTesting
import Testing
import WireJSON

@testable import MusterServer

@Suite("What of SCIM an operator switches on and off", .everyStore)
struct SCIMSettingsTests {
    private static let schema = "urn:ietf:params:scim:schemas:extension:muster:2.0:SSHKeys"
    private static let desk =
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJC"
    private static let home =
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIENDQ0NDQ0NDQ0NDQ0NDQ0NDQ0NDQ0NDQ0NDQ0NDQ0ND"

    private let test: TestDirectory
    private let token: String

    init() async throws {
        test = try await TestDirectory()
        let keys = test.administratorKeys
        token = "Bearer " + keys.accessKey + keys.secretKey.withExposedValue(\.self)
    }

    private func send(
        _ method: HTTPRequest.Method,
        _ path: String,
        _ body: String? = nil,
        to settings: SCIMSettings = SCIMSettings(sshKeys: true),
        version: String? = nil,
        isKnown: Bool = true
    ) async throws -> (status: Int, text: String, object: JSONObject) {
        var fields = HTTPFields()
        if isKnown { fields[.authorization] = token }
        fields[.ifMatch] = version
        let response = try await TestServer(test, scim: settings).send(
            method,
            "/scim/v2" + path,
            body: body,
            fields: fields
        )
        let text = try await response.text()
        guard case .object(let object)? = try? JSONValue(parsing: Array(text.utf8)) else {
            return (response.status.code, text, JSONObject())
        }
        return (response.status.code, text, object)
    }

    /// The keys that a resource shows.
    private func shown(_ object: JSONObject) -> [String] {
        guard case .object(let extended)? = object[Self.schema],
            case .array(let keys)? = extended["keys"]
        else { return [] }
        return keys.map { $0.value("value") ?? "" }
    }

    /// The keys that a user has.
    private func kept(_ id: String) async throws -> [String] {
        let uuid = try #require(UUID(uuidString: id))
        return try await SSHKeyService(test.directory).list(
            of: .uuid(uuid),
            by: test.asAdministrator
        ).keys.map { "\($0.key.type.rawValue) \($0.key.text)" }
    }

    private func change(_ operations: String, _ id: String) async throws -> (Int, [String]) {
        let done = try await send(.patch, "/Users/\(id)", #"{"Operations":[\#(operations)]}"#)
        return (done.status, done.status < 300 ? shown(done.object) : [])
    }

    @Test("public keys come with a user, come and go by themselves, and are the directory's own")
    func keys() async throws {
        let path = Self.schema + ":keys"
        let made = try await send(
            .post,
            "/Users",
            #"{"userName":"jane","\#(Self.schema)":{"keys":[{"value":"\#(Self.desk) jane@desk"}]}}"#
        )
        #expect(made.status == 201, "\(made.text)")
        #expect(shown(made.object) == [Self.desk])
        let id = try #require(made.object.text("id"))
        #expect(try await kept(id) == [Self.desk])
        #expect(try await send(.get, "/Users/\(id)").object == made.object)
        let home = #"[{"value":"\#(Self.home)"}]"#
        let add = #"{"op":"add","path":"\#(path)","value":\#(home)}"#
        #expect(try await change(add, id) == (200, [Self.desk, Self.home]))
        #expect(try await change(add, id) == (200, [Self.desk, Self.home]), "again")
        let remove = #"{"op":"remove","path":"\#(path)[value eq \"\#(Self.desk)\"]"}"#
        #expect(try await change(remove, id) == (200, [Self.home]))
        #expect(try await kept(id) == [Self.home])
        let bad = #"{"op":"add","path":"\#(path)","value":[{"value":"ssh-ed25519 AAAA"}]}"#
        #expect(try await change(bad, id).0 == 400)
        #expect(try await kept(id) == [Self.home])
        let put = try await send(.put, "/Users/\(id)", #"{"userName":"jane"}"#)
        #expect(shown(put.object) == [Self.home], "whoever does not know keys takes none away")
        let none = #"{"userName":"jane","\#(Self.schema)":{"keys":[]}}"#
        #expect(shown(try await send(.put, "/Users/\(id)", none).object) == [])
        #expect(try await kept(id) == [])
    }

    @Test("a version is one of the keys, too, and lists and filters have them")
    func versions() async throws {
        let made = try await send(.post, "/Users", #"{"userName":"jane"}"#)
        let id = try #require(made.object.text("id"))
        let before = try #require(made.object["meta"]?.value("version"))
        let service = SSHKeyService(test.directory)
        let added = try await service.add(to: .username("jane"), by: test.asAdministrator) {
            () throws(MusterError) in (Self.desk, nil)
        }
        let stale = try await send(.delete, "/Users/\(id)", version: before)
        #expect(stale.status == 412, "\(stale.text)")
        let fingerprint = added.key.fingerprint.utf8.map {
            "%" + (String($0, radix: 16, uppercase: true).count == 1 ? "0" : "")
                + String($0, radix: 16, uppercase: true)
        }.joined()
        for filter in [
            "\(Self.schema):keys.fingerprint%20eq%20%22\(fingerprint)%22",
            "userName%20eq%20%22jane%22",
        ] {
            let found = try await send(.get, "/Users?filter=" + filter)
            guard case .array(let users)? = found.object["Resources"], users.count == 1,
                case .object(let user) = users[0]
            else {
                Issue.record("\(found.text)")
                continue
            }
            #expect(shown(user) == [Self.desk])
            let now = user["meta"]?.value("version")
            #expect(now != before)
        }
        let read = try await send(.get, "/Users/\(id)")
        let present = try #require(read.object["meta"]?.value("version"))
        #expect(try await send(.delete, "/Users/\(id)", version: present).status == 204)
    }

    @Test("without the setting there are no keys, neither to be seen nor to be written")
    func unset() async throws {
        let plain = SCIMSettings()
        let body = #"{"userName":"jane","\#(Self.schema)":{"keys":[{"value":"\#(Self.desk)"}]}}"#
        let made = try await send(.post, "/Users", body, to: plain)
        #expect(made.status == 201)
        let id = try #require(made.object.text("id"))
        #expect(try await kept(id) == [])
        let add = #"{"op":"add","path":"\#(Self.schema):keys","value":"\#(Self.desk)"}"#
        let patch = #"{"Operations":[\#(add)]}"#
        #expect(try await send(.patch, "/Users/\(id)", patch, to: plain).status == 400)
        #expect(try await send(.get, "/Schemas/\(Self.schema)", to: plain).status == 404)
        #expect(try await send(.get, "/Schemas/\(Self.schema)").status == 200)
        let types = try await send(.get, "/ResourceTypes/User")
        #expect(types.text.contains(Self.schema))
        #expect(try await !send(.get, "/ResourceTypes/User", to: plain).text.contains("SSHKeys"))
    }

    @Test(
        "what the service can do is told to those who have come in alone, where that is set",
        arguments: ["/ServiceProviderConfig", "/ResourceTypes", "/ResourceTypes/User", "/Schemas"]
    )
    func discovery(_ path: String) async throws {
        let closed = SCIMSettings(publicDiscovery: false)
        #expect(try await send(.get, path, isKnown: false).status == 200)
        let refused = try await send(.get, path, to: closed, isKnown: false)
        #expect(refused.status == 401 && refused.object.text("status") == "401")
        #expect(try await send(.get, path, to: closed).status == 200)
    }
}
