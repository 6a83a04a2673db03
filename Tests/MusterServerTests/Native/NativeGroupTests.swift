import HTTPTypes
import HummingbirdCore
import MusterAPI
import MusterCore
import MusterTesting
import StoreTesting
import Testing
import WireJSON

@testable import MusterServer

@Suite("Groups, SSH keys, the audit log and the server in the native API", .everyStore)
struct NativeGroupTests {
    private let native: NativeServer
    private var test: TestDirectory { native.test }

    init() async throws {
        native = try await NativeServer()
    }

    private func groups(as keys: APIKeyPair? = nil) async throws -> [GroupRecord] {
        let answer = try await native.send(.get, "/groups", as: keys)
        #expect(answer.status == .ok)
        return try await answer.objects("groups").map { try GroupRecord($0) }
    }

    @Test("a group is made, renamed, filled, emptied and removed, by id, UUID or name")
    func life() async throws {
        let jane = try await test.makeUser("jane@example.com")
        let made = try await native.send(.post, "/groups", #"{"name":"Scan team"}"#)
        #expect(made.status == .created)
        let group = try GroupRecord(try await made.object())
        #expect(group.name == "Scan team" && group.userCount == 0 && !group.isImmutable)
        let members = "/groups/name:Scan%20team/members"
        for ref in ["\(jane.id.rawValue)", "jane@example.com"] {
            #expect(try await native.send(.put, "\(members)/\(ref)").status == .noContent)
        }
        let filled = try await native.send(.get, "/groups/\(group.uuid)")
        #expect(try GroupRecord(try await filled.object()).userCount == 1)
        let listed = try await native.send(.get, "/users?group=\(group.id)").objects("users")
        #expect(try listed.map { try UserRecord($0).id } == [jane.id.rawValue])
        #expect(try await native.send(.delete, "/groups/\(group.id)").status == .badRequest)
        let out = try await native.send(.delete, "\(members)/\(jane.uuid.text)")
        #expect(out.status == .noContent && out.headers[.eTag] != nil)
        let renamed = try await native.send(.patch, "/groups/\(group.id)", #"{"name":"Others"}"#)
        #expect(try GroupRecord(try await renamed.object()).name == "Others")
        #expect(try await native.send(.delete, "/groups/Others").status == .noContent)
        #expect(try await groups().map(\.id) == [0])
    }

    @Test("the group of all users counts them and cannot be changed")
    func everyone() async throws {
        _ = try await test.makeUser("jane@example.com")
        let answer = try await native.send(.get, "/groups/0")
        let group = try GroupRecord(try await answer.object())
        #expect(group.isImmutable && group.userCount == 2)
        for (method, path) in [
            (HTTPRequest.Method.delete, "/groups/0"), (.put, "/groups/0/members/2"),
        ] {
            let refused = try await native.send(method, path)
            #expect(refused.status == .badRequest)
            #expect(ErrorRecord(in: try await refused.object())?.code == "group.immutable")
        }
    }

    @Test("a taken name is refused with its code")
    func taken() async throws {
        let body = #"{"name":"Scanners"}"#
        #expect(try await native.send(.post, "/groups", body).status == .created)
        let again = try await native.send(.post, "/groups", #"{"name":"SCANNERS"}"#)
        #expect(again.status == .conflict)
        #expect(ErrorRecord(in: try await again.object())?.code == "group.already_exists")
    }

    @Test("groups are listed for Basic and for whoever may look at users, and for nobody else")
    func readers() async throws {
        let (_, basic) = try await native.makeHolder("basic@example.com")
        let (_, reader) = try await native.makeHolder(
            "reader@example.com",
            role: .readOnly,
            read: Resource.users.bit
        )
        let (_, nobody) = try await native.makeHolder("nobody@example.com", role: .readOnly)
        for keys in [basic, reader] { #expect(try await groups(as: keys).count == 1) }
        #expect(try await native.send(.get, "/groups", as: nobody).status == .forbidden)
        #expect(try await native.send(.get, "/groups/0", as: reader).status == .forbidden)
    }

    @Test("an SSH key is added once, listed, and taken away by its fingerprint")
    func sshKeys() async throws {
        let (jane, keys) = try await native.makeHolder("jane@example.com")
        let path = "/users/\(jane.id.rawValue)/ssh-keys"
        let body = #"{"key":"\#(RightsScene.keyLine(0x42)) jane@desk"}"#
        let added = try await native.send(.post, path, body)
        #expect(added.status == .created)
        let key = try SSHKeyRecord(try await added.object())
        #expect(key.username == "jane@example.com" && key.type == "ssh-ed25519")
        #expect(try await native.send(.post, path, body).status == .ok, "it is there already")
        let listed = try await native.send(.get, path, as: keys)
        #expect(try await listed.objects("keys").map { try SSHKeyRecord($0) } == [key])
        let place = path + "/" + key.fingerprint.replacing("/", with: "%2F")
        #expect(try await native.send(.delete, place, as: keys).status == .forbidden)
        #expect(try await native.send(.delete, place).status == .noContent)
        let again = try await native.send(.delete, place)
        #expect(again.status == .notFound)
        #expect(ErrorRecord(in: try await again.object())?.code == "ssh_key.not_found")
    }

    @Test("events are found by actor, target, action and time, and counted")
    func audit() async throws {
        let jane = try await test.makeUser("jane@example.com")
        test.clock.advance(by: .seconds(100))
        let since = test.clock.now().rawValue
        let change = try await native.send(.patch, "/users/jane@example.com", #"{"name":"J"}"#)
        #expect(change.status == .ok)
        func events(_ query: String) async throws -> [AuditEventRecord] {
            let answer = try await native.send(.get, "/audit/events?" + query)
            #expect(answer.status == .ok)
            return try await answer.objects("events").map { try AuditEventRecord($0) }
        }
        let found = try await events("target_id=\(jane.uuid.text)&since=\(since)")
        let event = try #require(found.first)
        #expect(found.count == 1 && event.action == "user.update" && event.received == since)
        #expect(event.actor?.name == TestDirectory.administratorName)
        #expect(event.target?.name == "jane@example.com" && event.target?.type == "User")
        #expect(event.requestID.utf8.count == 32)
        #expect(try await events("target_name=jane@example.com&until=\(since)").count == 1)
        #expect(try await events("action=user.update&actor_name=admin@example.com") == found)
        #expect(try await events("sort=-received&limit=1") == found)
        let total = try await native.send(.get, "/audit/events?limit=1").object()["total"]
        let count = try await test.auditEvents().count
        #expect(total == .integer(Int64(count)))
    }

    @Test(
        "a filter of the audit log that cannot be meant is refused, quoting it",
        arguments: [
            "actor_id=jane", "target_id=7", "since=yesterday", "until=-1", "offset=x", "limit=0",
            "sort=name",
        ]
    )
    func filters(_ query: String) async throws {
        let answer = try await native.send(.get, "/audit/events?" + query)
        #expect(answer.status == .badRequest)
        let error = try #require(ErrorRecord(in: try await answer.object()))
        #expect(error.field == query.split(separator: "=").first.map { String($0) })
    }

    @Test("the audit log is for the role Administrator, and not for the Write on Users")
    func auditRights() async throws {
        let (_, writer) = try await native.makeHolder("writer@example.com", write: .max)
        #expect(try await native.send(.get, "/users", as: writer).status == .ok)
        let answer = try await native.send(.get, "/audit/events", as: writer)
        #expect(answer.status == .forbidden)
        #expect(ErrorRecord(in: try await answer.object())?.code == "access.insufficient_scope")
    }

    @Test("everybody is told that the server is ready, and its version who has come in")
    func server() async throws {
        let root = NativeRoutes.root
        let status = try await native.server.send(.get, root + "/server/status")
        #expect(try ServerStatusRecord(try await status.object()).status == "ready")
        let stranger = try await native.server.send(.get, root + "/server/properties")
        #expect(stranger.status == .unauthorized)
        let properties = try await native.send(.get, "/server/properties")
        #expect(!(try ServerPropertiesRecord(try await properties.object()).version.isEmpty))
    }

    @Test("the masks' bits have names")
    func masks() async throws {
        let bits = try await native.send(.get, "/masks").objects("bits")
            .map { try MaskBitRecord($0) }
        #expect(bits.count == Resource.allCases.count)
        #expect(bits.contains(MaskBitRecord(index: 3, name: "Users")))
    }

    @Test("users and accounts are tagged, and a change at another revision is not made")
    func revisions() async throws {
        let jane = try await test.makeUser("jane@example.com")
        let path = "/users/\(jane.id.rawValue)"
        let tags = try await [path, "/users", "/account"].asyncMap { path in
            try await native.send(.get, path).headers[.eTag]
        }
        let tag = try #require(tags[0])
        #expect(tags == [tag, tag, tag])
        let body = #"{"name":"Jane"}"#
        let changed = try await native.send(.patch, path, body, fields: [.ifMatch: tag])
        #expect(changed.status == .ok)
        let next = try #require(changed.headers[.eTag])
        #expect(next != tag)
        let late = try await native.send(.patch, path, #"{"name":"J"}"#, fields: [.ifMatch: tag])
        #expect(late.status == .preconditionFailed)
        #expect(ErrorRecord(in: try await late.object())?.code == "revision.changed")
        let again = try await native.send(.get, path)
        #expect(again.headers[.eTag] == next)
    }
}

extension Sequence {
    fileprivate func asyncMap<Result>(
        _ body: (Element) async throws -> Result
    ) async rethrows -> [Result] {
        var results: [Result] = []
        for element in self { results.append(try await body(element)) }
        return results
    }
}
