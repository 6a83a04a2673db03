import FoundationEssentials
import HTTPTypes
import HummingbirdCore
import MusterCore
import MusterTesting
import StoreTesting
import Testing
import WireJSON

@testable import MusterServer

@Suite("SCIM", .everyStore)
struct SCIMTests {
    private let test: TestDirectory
    private let server: TestServer
    private let token: String

    init() async throws {
        test = try await TestDirectory()
        server = TestServer(test)
        let keys = test.administratorKeys
        token = "Bearer " + keys.accessKey + keys.secretKey.withExposedValue(\.self)
    }

    private func send(
        _ method: HTTPRequest.Method,
        _ path: String,
        _ body: String? = nil,
        more: HTTPFields = HTTPFields()
    ) async throws -> (response: Response, text: String, object: JSONObject) {
        var fields = more
        fields[.authorization] = token
        let response = try await server.send(method, "/scim/v2" + path, body: body, fields: fields)
        let text = try await response.text()
        guard case .object(let object)? = try? JSONValue(parsing: Array(text.utf8)) else {
            return (response, text, JSONObject())
        }
        return (response, text, object)
    }

    private func make(_ body: String) async throws -> String {
        let made = try await send(.post, "/Users", body)
        #expect(made.response.status == .created, "\(made.text)")
        return made.object.text("id") ?? ""
    }

    @Test("a user is made, read, changed, found and deleted")
    func life() async throws {
        let made = try await send(
            .post,
            "/Users",
            #"{"userName":"jane@example.com","externalId":"E-1","title":"Guide","active":"True"}"#
        )
        #expect(made.response.status == .created)
        let id = try #require(made.object.text("id"))
        #expect(made.response.headers[.location] == "http://localhost/scim/v2/Users/\(id)")
        #expect(made.response.headers[.contentType] == SCIMRoutes.mediaType)
        let read = try await send(.get, "/Users/\(id.uppercased())")
        #expect(read.object == made.object)
        #expect(read.object.text("title") == "Guide")
        for filter in ["userName%20eq%20%22JANE@example.com%22", "externalId+eq+%22E-1%22&"] {
            let found = try await send(.get, "/Users/?filter=" + filter)
            #expect(found.object["totalResults"] == .integer(1), "\(found.text)")
        }
        let changed = try await send(
            .patch,
            "/Users/\(id)",
            #"{"Operations":[{"op":"Replace","path":"active","value":"False"}]}"#
        )
        #expect(changed.object["active"] == .bool(false))
        let reference = UserReference.username("jane@example.com")
        let user = try await test.users.details(.user(reference), by: test.asAdministrator)
        #expect(!user.isEnabled)
        #expect(try await send(.delete, "/Users/\(id)").response.status == .noContent)
        let again = try await send(.delete, "/Users/\(id)")
        #expect(again.response.status == .notFound)
        #expect(again.object.text("status") == "404")
    }

    @Test("by the index of texts the same users are found as by a look at everybody")
    func pieces() async throws {
        for body in [
            #"{"userName":"jane@example.com","displayName":"Jane Stra\u00DFe"}"#,
            #"{"userName":"joe.jane","emails":[{"value":"max@jane.test","primary":true}]}"#,
            #"{"userName":"zoe","displayName":"Zoe JANE %_","externalId":"Jane-%_"}"#,
            #"{"userName":"max","displayName":"JANET"}"#,
        ] {
            _ = try await make(body)
        }
        for attribute in ["userName", "displayName", "externalId", "emails.value"] {
            for comparison in [
                #"co "jane""#, #"sw "JANE""#, #"ew "ane""#, #"co "an""#, #"sw "j""#, #"co """#,
                #"sw """#, #"ew "%_""#, #"co "strasse""#, #"co "nobody""#, "pr", #"ne "zoe""#,
                #"ge "max""#,
            ] {
                let filter = "\(attribute) \(comparison)"
                let found = try await names(filter)
                let all = #"\#(filter) or nickName eq "nobody""#
                #expect(try await names(all) == found, "\(filter)")
                let both = #"\#(filter) and meta.created gt "2000-01-01T00:00:00Z""#
                #expect(try await names(both) == found, "\(filter)")
            }
        }
    }

    /// The login names of those who pass a filter.
    private func names(_ filter: String) async throws -> [String] {
        let allowed = filter.utf8.map { byte in
            let digits = String(byte, radix: 16)
            return digits.count < 2 ? "%0" + digits : "%" + digits
        }
        let found = try await send(.get, "/Users?filter=" + allowed.joined())
        #expect(found.response.status == .ok, "\(filter): \(found.text)")
        guard case .array(let users)? = found.object["Resources"] else { return [] }
        return users.compactMap { user in
            guard case .object(let user) = user else { return nil }
            return user.text("userName")
        }
    }

    @Test("whoever is switched off is shut out by every way in at once")
    func disabled() async throws {
        let id = try await make(#"{"userName":"jane","password":"Correct-Horse-7"}"#)
        let keys = try await test.keys.rotate(.user(.username("jane")), by: test.asAdministrator)
        let session = try await test.logIn("jane", Secret("Correct-Horse-7"))
        let bearer: HTTPFields = [
            .authorization: "Bearer " + session.token.withExposedValue(\.self)
        ]
        func statuses() async throws -> [Int] {
            var codes: [Int] = []
            for path in ["/session", "/muster/v1/account"] {
                codes.append(try await server.send(.get, path, as: keys).status.code)
                codes.append(try await server.send(.get, path, fields: bearer).status.code)
            }
            return codes
        }
        #expect(try await statuses() == [200, 200, 200, 200])
        let body = #"{"Operations":[{"op":"replace","value":{"active":false}}]}"#
        #expect(try await send(.patch, "/Users/\(id)", body).response.status == .ok)
        #expect(try await statuses() == [401, 401, 401, 401])
        let failure = await failure { try await test.logIn("jane", Secret("Correct-Horse-7")) }
        #expect(failure?.code == .credentialsInvalid)
    }

    @Test("a change of nothing writes nothing, and a version that has passed is 412")
    func versions() async throws {
        let id = try await make(#"{"userName":"jane","title":"Guide"}"#)
        let before = try await send(.get, "/Users/\(id)")
        let tag = try #require(before.response.headers[.eTag])
        let same = #"{"Operations":[{"op":"replace","path":"title","value":"Guide"}]}"#
        let unchanged = try await send(.patch, "/Users/\(id)", same)
        #expect(unchanged.object == before.object)
        let known = try await send(.get, "/Users/\(id)", more: [.ifNoneMatch: tag])
        #expect(known.response.status == .notModified)
        let other = #"{"Operations":[{"op":"replace","path":"title","value":"Cook"}]}"#
        let changed = try await send(.patch, "/Users/\(id)", other, more: [.ifMatch: tag])
        #expect(changed.object.text("title") == "Cook")
        for method in [HTTPRequest.Method.patch, .put, .delete] {
            let late = try await send(method, "/Users/\(id)", other, more: [.ifMatch: tag])
            #expect(
                [.preconditionFailed, .badRequest].contains(late.response.status),
                "\(late.text)"
            )
        }
        #expect(try await send(.get, "/Users/\(id)").object.text("title") == "Cook")
    }

    @Test("a group takes and loses members, and goes with those whom it has")
    func groups() async throws {
        let jane = try await make(#"{"userName":"jane"}"#)
        let joe = try await make(#"{"userName":"joe"}"#)
        let made = try await send(
            .post,
            "/Groups",
            #"{"displayName":"Crew","externalId":"G","members":[{"value":"\#(jane)"}]}"#
        )
        let id = try #require(made.object.text("id"), "\(made.text)")
        func change(_ operation: String) async throws -> [String] {
            let answer = try await send(.patch, "/Groups/\(id)", #"{"Operations":[\#(operation)]}"#)
            #expect(answer.response.status == .ok, "\(answer.text)")
            return SCIMPerson.elements(answer.object["members"]).compactMap { $0.value("value") }
        }
        let add =
            #"{"op":"Add","path":"members","value":[{"value":"\#(joe)"},{"value":"\#(UUID())"}]}"#
        #expect(try await change(add) == [jane, joe])
        #expect(try await change(add) == [jane, joe])
        let named = #"{"op":"remove","path":"members[value eq \"\#(jane)\"]"}"#
        #expect(try await change(named) == [joe])
        #expect(try await change(named) == [joe])
        #expect(try await send(.get, "/Users/\(joe)").text.contains("Crew"))
        let renamed = #"{"op":"replace","value":{"id":"\#(id)","displayName":"Team"}}"#
        #expect(try await change(renamed) == [joe])
        let found = try await send(
            .get,
            "/Groups?filter=members%20eq%20%22\(joe)%22&excludedAttributes=members"
        )
        #expect(found.object["totalResults"] == .integer(1))
        #expect(!found.text.contains("members"))
        let nobody = #"{"Operations":[{"op":"add","path":"members","value":["alice"]}]}"#
        #expect(try await send(.patch, "/Groups/\(id)", nobody).response.status == .badRequest)
        #expect(try await send(.delete, "/Groups/\(id)").response.status == .noContent)
        #expect(try await send(.get, "/Groups/\(id)").response.status == .notFound)
    }

    @Test(
        "what cannot be done is said in the standard's form",
        arguments: [
            (.get, "/Users/1", nil, 404, nil), (.get, "/nowhere", nil, 404, nil),
            (.post, "/Users", "{", 400, "invalidSyntax"),
            (.post, "/Users", nil, 400, "invalidSyntax"),
            (.post, "/Users", "{}", 400, "invalidValue"),
            (.post, "/Users", #"{"userName":"a b"}"#, 400, "invalidValue"),
            (.post, "/Users", #"{"userName":"x","roles":[{"value":"King"}]}"#, 400, "invalidValue"),
            (.post, "/Users", #"{"userName":"x","emails":[{"value":"no"}]}"#, 400, "invalidValue"),
            (.get, "/Users?filter=(", nil, 400, "invalidFilter"),
            (.get, "/Users?filter=password%20eq%20%22x%22", nil, 403, "sensitive"),
            (.get, "/Users?count=x", nil, 400, "invalidValue"),
            (.get, "/Users?cursor=abc", nil, 400, "invalidCursor"),
            (.get, "/Users?cursor=&count=x", nil, 400, "invalidCount"),
            (.get, "/Users?sortBy=title", nil, 400, "invalidValue"),
            (.get, "/Schemas?filter=x", nil, 403, nil), (.post, "/Schemas", nil, 405, nil),
            (.post, "/Groups", #"{"displayName":""}"#, 400, "invalidValue"),
        ] as [(HTTPRequest.Method, String, String?, Int, String?)]
    )
    func errors(
        _ method: HTTPRequest.Method,
        _ path: String,
        _ body: String?,
        _ status: Int,
        _ word: String?
    ) async throws {
        let answer = try await send(method, path, body)
        #expect(answer.response.status.code == status, "\(answer.text)")
        #expect(answer.object.text("status") == String(status))
        #expect(answer.object.text("scimType") == word)
        #expect(answer.response.headers[.contentType] == SCIMRoutes.mediaType)
    }

    @Test("a taken name is 409 in any case, and without credentials it is 401 with a body")
    func taken() async throws {
        _ = try await make(#"{"userName":"jane"}"#)
        let again = try await send(.post, "/Users", #"{"userName":"JANE"}"#)
        #expect(again.response.status == .conflict)
        #expect(again.object.text("scimType") == "uniqueness")
        let stranger = try await server.send(.get, "/scim/v2/Users")
        #expect(stranger.status == .unauthorized)
        #expect(stranger.headers[.wwwAuthenticate] == "Bearer realm=\"Muster\"")
        #expect(try await stranger.text().contains("\"status\":\"401\""))
    }

    @Test("pages are counted, or go on after a cursor that fits its list alone")
    func pages() async throws {
        for name in ["u1", "u2", "u3", "u4"] { _ = try await make(#"{"userName":"\#(name)"}"#) }
        let page = try await send(
            .get,
            "/Users?startIndex=2&count=2&sortBy=userName&sortOrder=descending"
        )
        #expect(page.object["totalResults"] == .integer(5))
        #expect(page.object["itemsPerPage"] == .integer(2))
        let names = SCIMPerson.elements(page.object["Resources"]).compactMap {
            $0.value("userName")
        }
        #expect(names == ["u3", "u2"])
        var (cursor, seen): (String?, [String]) = ("", [])
        while let text = cursor {
            let answer = try await send(
                .get,
                "/Users?filter=userName%20sw%20u&count=2&cursor=\(text)"
            )
            seen += SCIMPerson.elements(answer.object["Resources"]).compactMap {
                $0.value("userName")
            }
            cursor = answer.object.text("nextCursor")
            if let cursor, text.isEmpty {
                let other = try await send(.get, "/Users?cursor=\(cursor)")
                #expect(other.object.text("scimType") == "invalidCursor")
            }
        }
        #expect(seen == ["u1", "u2", "u3", "u4"])
    }

    /// The names on all pages of a list, one resource a page, each of which is handed to a closure.
    private func names(
        on list: String,
        _ attribute: String,
        _ look: (String?) async throws -> Void = { _ in }
    ) async throws -> [String?] {
        var (cursor, names): (String?, [String?]) = ("", [])
        while let text = cursor {
            let answer = try await send(.get, "\(list)&count=1&cursor=\(text)")
            let name = SCIMPerson.elements(answer.object["Resources"]).first?.value(attribute)
            names.append(name)
            cursor = answer.object.text("nextCursor")
            try await look(name)
        }
        return names
    }

    @Test(
        "by their last changes both kinds are sorted, equal ones by number, and pages go on where a changed one stood",
        arguments: [("Users", "userName"), ("Groups", "displayName")]
    )
    func changes(_ kind: String, _ attribute: String) async throws {
        var ids: [String: String] = [:]
        for name in ["a", "b", "c", "d"] {
            let made = try await send(.post, "/\(kind)", #"{"\#(attribute)":"\#(name)"}"#)
            ids[name] = made.object.text("id")
        }
        func touch(_ name: String) async throws {
            let path = "/\(kind)/\(ids[name] ?? "")"
            let number = test.clock.now().rawValue
            let body = #"{"Operations":[{"op":"replace","value":{"externalId":"\#(number)"}}]}"#
            #expect(try await send(.patch, path, body).response.status == .ok)
        }
        for name in ["c", "a"] {
            test.clock.advance(by: .seconds(1))
            try await touch(name)
        }
        let filter =
            "filter=\(attribute)%20lt%20%22e%22%20and%20\(attribute)%20ne%20%22admin@example.com%22"
        for list in [
            "/\(kind)?\(filter)&sortBy=meta.lastModified",
            "/\(kind)?\(filter)&sortBy=META.LASTMODIFIED",
        ] {
            #expect(try await names(on: list, attribute) == ["b", "d", "c", "a"])
            let turned = list + "&sortOrder=descending"
            #expect(try await names(on: turned, attribute) == ["a", "c", "d", "b"])
        }
        let since =
            "meta.lastModified%20ge%20%222026-01-01T00:00:01Z%22%20and%20\(filter.dropFirst(7))"
        #expect(try await names(on: "/\(kind)?filter=\(since)", attribute) == ["a", "c"])
        // The first is changed, and later the last of a page goes.
        let moved = try await names(
            on: "/\(kind)?\(filter)&sortBy=meta.lastModified",
            attribute
        ) { name in
            test.clock.advance(by: .seconds(1))
            if name == "b" { try await touch("b") }
            if name == "c" {
                #expect(
                    try await send(.delete, "/\(kind)/\(ids["c"] ?? "")").response.status
                        == .noContent
                )
            }
        }
        #expect(moved == ["b", "d", "c", "a", "b"])
    }

    @Test("a pair of keys comes as one token or as Basic here, and nowhere else")
    func credentials() async throws {
        let basic = Data(
            (test.administratorKeys.accessKey + ":"
                + test.administratorKeys.secretKey.withExposedValue(\.self)).utf8
        ).base64EncodedString()
        for value in [token, "Basic " + basic] {
            let fields: HTTPFields = [.authorization: value]
            #expect(try await server.send(.get, "/scim/v2/Users", fields: fields).status == .ok)
            #expect(try await server.send(.get, "/users", fields: fields).status == .unauthorized)
        }
        for value in ["Bearer x", "Basic x", "Basic " + Data("a:b".utf8).base64EncodedString()] {
            let fields: HTTPFields = [.authorization: value]
            let answer = try await server.send(.get, "/scim/v2/Users", fields: fields)
            #expect(answer.status == .unauthorized)
        }
    }
}
