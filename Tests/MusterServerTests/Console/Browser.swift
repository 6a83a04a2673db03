import HTTPTypes
import Hummingbird
import Logging
import MusterConsole
import MusterCore
import MusterTesting
import NIOCore
import TextBytes

@testable import MusterServer

/// A browser without a screen: it keeps cookies, and sends forms as pages of the console do.
final class Browser {
    let test: TestDirectory
    private let server: TestServer
    private var cookies: [String: String] = [:]
    private(set) var last: Response?
    /// What it says that it is.
    var program: String?
    /// The connection by which it sends forms; nil for another one each time.
    var channel: StubChannel?

    init(_ test: TestDirectory, tools: ConsoleTools? = nil, speaking texts: Texts = .english) {
        self.test = test
        let console = Dialect.makeConsole(in: texts)
        server = TestServer(test, dialects: Dialect.all + [console], consoleTools: tools)
    }

    /// Another browser of the same server.
    init(besides other: Browser) {
        test = other.test
        server = other.server
    }

    /// A browser of a server that somebody watches over.
    init(_ test: TestDirectory, accessLog: any AccessLog, logger: Logger) {
        self.test = test
        server = TestServer(
            test,
            dialects: Dialect.all + [.console],
            accessLog: accessLog,
            logger: logger
        )
    }

    /// The value of a cookie that it keeps; setting it is what somebody does who writes cookies by hand.
    subscript(cookie name: String) -> String? {
        get { cookies[name] }
        set { cookies[name] = newValue }
    }

    /// Signs somebody in by the form.
    func signIn(
        _ username: String,
        password: String = "Correct-Horse-7"
    ) async throws -> Response {
        try await post("/sign-in", ["username": username, "password": password], token: "")
    }

    /// Asks for a page.
    func get(_ path: String, accept: String? = "text/html") async throws -> Response {
        var fields = cookieFields
        fields[.accept] = accept
        return keep(try await server.send(.get, path, fields: fields))
    }

    /// Asks for a page and reads it.
    func page(_ path: String) async throws -> String {
        try await get(path).text()
    }

    /// Sends a form; its token is that of the session, unless another one is given.
    func post(
        _ path: String,
        _ form: [String: String],
        token: String? = nil,
        site: String? = "same-origin",
        origin: String? = nil
    ) async throws -> Response {
        var fields = cookieFields
        fields[.secFetchSite] = site
        fields[.origin] = origin
        fields[.contentType] = "application/x-www-form-urlencoded"
        var items = form
        if let token { items["token"] = token } else { items["token"] = try await formToken() }
        // Two dictionaries of the same pairs need not have them in the same order; a page sends them in one.
        let body = items.sorted { $0.key < $1.key }
            .map { "\($0.key)=\(Browser.escaped($0.value))" }.joined(separator: "&")
        return keep(
            try await server.send(
                .post,
                path,
                fields: fields,
                content: RequestBody(buffer: ByteBuffer(string: body)),
                on: channel
            )
        )
    }

    /// Makes a call of the script, whose body is JSON.
    func call(
        _ path: String,
        _ body: String = "{}",
        login: String? = nil,
        token: String? = nil
    ) async throws -> Response {
        let token = if let token { token } else { try await formToken() }
        var fields = cookieFields
        fields[.secFetchSite] = "same-origin"
        fields[.contentType] = "application/json"
        fields[.xMusterToken] = token
        fields[.xMusterLogin] = login
        return keep(try await server.send(.post, path, body: body, fields: fields))
    }

    /// The token of this session's forms.
    func formToken() async throws -> String {
        let text = try await get("/account/sessions").text()
        guard let range = text.firstRange(of: "name=\"token\" value=\"") else { return "" }
        return String(text[range.upperBound...].prefix(64))
    }

    private var cookieFields: HTTPFields {
        var fields = HTTPFields()
        let text = cookies.map { "\($0.key)=\($0.value)" }.joined(separator: "; ")
        if !text.isEmpty { fields[.cookie] = text }
        fields[.userAgent] = program
        return fields
    }

    private func keep(_ response: Response) -> Response {
        last = response
        for text in response.headers[values: .setCookie] {
            let pair = text.prefix { $0 != ";" }.split(separator: "=", maxSplits: 1)
            guard let name = pair.first else { continue }
            cookies[String(name)] = text.contains("Max-Age=0") ? nil : String(pair.last ?? "")
        }
        return response
    }

    /// A value as it stands in a form: what means nothing there is left as it is, so that a body is as long as a browser's.
    static func escaped(_ text: String) -> String {
        text.utf8.map { byte in
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "a")...UInt8(ascii: "z"):
                return String(UnicodeScalar(byte))
            default: break
            }
            let hex = String(byte, radix: 16)
            return "%" + (hex.utf8.count < 2 ? "0" : "") + hex
        }.joined()
    }
}
