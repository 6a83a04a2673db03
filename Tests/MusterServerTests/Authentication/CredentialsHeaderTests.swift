import HTTPTypes
import MusterCore
import MusterTesting
import Testing

@testable import MusterServer

@Suite("Credentials in a request's header")
struct CredentialsHeaderTests {
    private static let access = String(repeating: "a", count: 64)
    private static let secret = String(repeating: "b", count: 64)

    private func fields(_ list: [(String, String)]) throws -> HTTPFields {
        var fields = HTTPFields()
        for (name, value) in list {
            let name = try #require(HTTPField.Name(name))
            fields.append(HTTPField(name: name, value: value))
        }
        return fields
    }

    /// What was read, as text.
    private func read(_ list: [(String, String)]) throws -> String? {
        switch try CredentialsHeader.read(fields(list)) {
        case nil: nil
        case .apiKeys(let access, let secret):
            secret.withExposedValue { "keys \(access) \($0)" }
        case .session(let token):
            token.withExposedValue { "token \($0)" }
        case .consoleSession(let token):
            token.withExposedValue { "console \($0)" }
        }
    }

    @Test(
        "API keys are read in every way in which clients write them",
        arguments: [
            ("X-APIKeys", "accessKey=A; secretKey=S"), ("X-ApiKeys", "accessKey=A; secretKey=S;"),
            ("x-apikeys", "accessKey=A;secretKey=S"), ("X-APIKEYS", "accesskey=A;secretkey=S"),
            ("X-APIKeys", "SECRETKEY=S ; ACCESSKEY=A"),
            ("X-APIKeys", "  accessKey = A ;\tsecretKey = S ; "),
            ("X-APIKeys", ";;accessKey=A;;;secretKey=S;;"),
            ("X-APIKeys", "accessKey=A;secretKey=S;other=1"),
            ("X-APIKeys", "other;accessKey=A;=x;secretKey=S"),
            ("X-APIKeys", "accessKey=A;secretKey=S;accessKey=x;secretKey=y"),
        ]
    )
    func apiKeys(_ name: String, _ value: String) throws {
        let value = value.replacing("A;", with: Self.access + ";").replacing(
            "=A ",
            with: "=\(Self.access) "
        )
        .replacing("= A ", with: "= \(Self.access) ").replacing("KEY=A", with: "KEY=\(Self.access)")
        .replacing("=S", with: "=" + Self.secret).replacing("= S", with: "= " + Self.secret)
        #expect(try read([(name, value)]) == "keys \(Self.access) \(Self.secret)")
    }

    @Test("a secret may hold a sign of equality")
    func equalsSign() throws {
        let text = "accessKey=\(Self.access);secretKey=a=b="
        #expect(try read([("X-APIKeys", text)]) == "keys \(Self.access) a=b=")
    }

    @Test(
        "keys that cannot be read are refused like wrong ones",
        arguments: [
            "", " ", ";", "=", "accessKey=A", "secretKey=S", "accessKey=A;secretKey=",
            "accessKey=;secretKey=S",
            "accessKey=A;secretKey", "accessKey:A;secretKey:S", "accessKey=A,secretKey=S", "A;S",
            "Bearer A",
            "accessKey=short;secretKey=S", "accessKey=AA;secretKey=S", "accessKey=A%;secretKey=S",
            "accessKey=\"A\";secretKey=\"S\"", "access_key=A;secret_key=S",
            "accessKey=A secretKey=S",
            "{\"accessKey\":\"A\",\"secretKey\":\"S\"}",
        ]
    )
    func badKeys(_ text: String) async throws {
        let value = text.replacing("A", with: Self.access).replacing("S", with: Self.secret)
        let list = [("X-APIKeys", value), ("Cookie", "token=t")]
        let refusal = await failure { try read(list) }
        #expect(refusal?.code == .credentialsInvalid, "a cookie does not make up for them")
        #expect(refusal?.message == "Invalid credentials.")
    }

    @Test("two fields with keys are one field too many")
    func twice() async throws {
        let value = "accessKey=\(Self.access);secretKey=\(Self.secret)"
        let text = try read([("X-APIKeys", value), ("X-ApiKeys", value)])
        #expect(text != "keys \(Self.access) \(Self.secret)")
    }

    @Test(
        "a token comes in a field or a cookie",
        arguments: [
            ("X-Cookie", "token=t1"), ("x-cookie", " token = t1 ;"),
            ("X-Cookie", "other=1; token=t1"),
            ("X-Cookie", "TOKEN=t1"), ("Cookie", "token=t1"), ("cookie", "a=b; token=t1; c=d"),
            ("Cookie", "xtoken=no; token=t1"), ("Authorization", "Bearer t1"),
            ("Authorization", "bearer  t1"),
        ]
    )
    func tokens(_ name: String, _ value: String) throws {
        #expect(try read([(name, value)]) == "token t1")
    }

    @Test("the cookie may stand in any of several fields")
    func severalCookies() throws {
        #expect(try read([("Cookie", "a=b"), ("Cookie", "token=t2")]) == "token t2")
    }

    @Test("the field for tokens has to hold one", arguments: ["", "t1", "tok=t1", "token"])
    func badTokens(_ value: String) async throws {
        let refusal = await failure { try read([("X-Cookie", value)]) }
        #expect(refusal?.code == .credentialsInvalid)
    }

    @Test(
        "a Bearer that is not one token is refused, and no cookie makes up for it",
        arguments: ["Bearer", "Bearer ", "bearer  ", "Bearer a b", "BEARER a, Bearer b"]
    )
    func badBearer(_ value: String) async throws {
        let list = [("Authorization", value), ("Cookie", "token=t")]
        let refusal = await failure { try read(list) }
        #expect(refusal?.code == .credentialsInvalid)
    }

    @Test(
        "other cookies and fields are none of ours",
        arguments: [
            ("Cookie", "session=1"), ("Cookie", ""), ("Cookie", "token"), ("X-Token", "t1"),
            ("Authorization", ""), ("Authorization", "Basic dXNlcjpwYXNz"),
            ("Authorization", "t1"), ("Authorization", "Bearertoken"),
        ]
    )
    func others(_ name: String, _ value: String) throws {
        #expect(try read([(name, value)]) == nil)
        #expect(try read([]) == nil)
    }

    @Test("keys come before a token")
    func order() throws {
        let keys = ("X-APIKeys", "accessKey=\(Self.access);secretKey=\(Self.secret)")
        let text = try read([("Cookie", "token=t"), ("X-Cookie", "token=u"), keys])
        #expect(text?.hasPrefix("keys ") == true)
    }

    @Test(
        "the name of whom to act for is read up to the end",
        arguments: [
            ("username=jane@example.com", "jane@example.com"), ("USERNAME = jane ", "jane"),
            ("username=a=b; c", "a=b; c"), ("username=", ""),
        ]
    )
    func impersonation(_ value: String, _ name: String) throws {
        #expect(try CredentialsHeader.impersonated(fields([("X-Impersonate", value)])) == name)
        #expect(try CredentialsHeader.impersonated(fields([])) == nil)
    }

    @Test(
        "anything else there is refused",
        arguments: ["", "jane", "user=jane", "id=2", "=jane", ";"]
    )
    func badImpersonation(_ value: String) async throws {
        let refusal = await failure {
            try CredentialsHeader.impersonated(fields([("X-Impersonate", value)]))
        }
        #expect(refusal?.code == .impersonationRefused && refusal?.message == "Forbidden")
    }
}
