import Testing

@testable import MusterClient

@Suite("Paths of the native API")
struct RequestPathTests {
    @Test(
        "a name cannot become another path",
        arguments: [
            ("jane@example.com", "jane%40example.com"), ("../groups", "..%2Fgroups"),
            ("a/b", "a%2Fb"),
            ("a?b=c", "a%3Fb%3Dc"), ("a#b", "a%23b"), (".", "%2E"), ("..", "%2E%2E"),
            ("%2e", "%252e"),
            ("a b", "a%20b"), ("é", "%C3%A9"), ("\r\nHost: x", "%0D%0AHost%3A%20x"),
            ("{}", "%7B%7D"),
            ("", ""),
        ]
    )
    func names(_ name: String, _ encoded: String) {
        let path = RequestPath("/users/{}/keys", name)
        #expect(path.text == "/muster/v1/users/\(encoded)/keys")
    }

    @Test("names go in their order, and the pattern stays for logs")
    func pattern() {
        let path = RequestPath("/groups/{}/members/{}", "1", "2")
        #expect(path.text == "/muster/v1/groups/1/members/2")
        #expect(path.route == "/muster/v1/groups/{}/members/{}")
    }

    @Test("a query leaves out what has no value")
    func query() {
        let path = RequestPath("/users").with([("f", "a&b=c"), ("after", nil), ("limit", "5")])
        #expect(path.text == "/muster/v1/users?f=a%26b%3Dc&limit=5")
        #expect(RequestPath("/users").with([("after", nil)]).text == "/muster/v1/users")
    }

    @Test("a name is told apart from a number, however it is spelled")
    func references() {
        #expect(MusterClient.Reference.id(7).text == "7")
        #expect(MusterClient.Reference.name("7").text == "name:7")
        #expect((7 as MusterClient.Reference) != ("7" as MusterClient.Reference))
        let (composed, apart) = ("\u{E9}", "e\u{301}")
        #expect(MusterClient.Reference.name(composed) != .name(apart), "bytes decide")
    }
}
