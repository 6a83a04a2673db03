import FoundationEssentials
import HTTPTypes
import HummingbirdCore
import MusterCore
import MusterTesting
import NIOCore
import StoreTesting
import Testing

@testable import MusterServer

/// A directory in which somebody administers who is about to lose the right to.
struct RightsScene: Sendable {
    let store: FaultyStore
    let test: TestDirectory
    let server: TestServer
    /// Who calls, or who acts in ``other``'s name.
    let caller: User
    /// An administrator in whose name the caller may act.
    let other: User
    /// A user without rights, to whom things are done.
    let jane: User
    private let credentials: HTTPFields
    private let words: [String: String]

    /// Sets the scene for one way of losing the right, in a store of the test's kind unless another one is given.
    init(_ way: WayOfLoss, in given: FaultyStore? = nil) async throws {
        store = if let given { given } else { try FaultyStore() }
        test = try await TestDirectory(rules: .withPasskeys, store: store)
        server = TestServer(test)
        let isMaskHolder = way.loss == .masksTaken
        var caller = try await test.makeUser(
            "deputy@example.com",
            role: isMaskHolder ? .basic : .administrator
        )
        if isMaskHolder {
            caller.masks = .all
            try await test.overwrite(caller)
        }
        self.caller = caller
        other = try await test.makeUser("other@example.com", role: .administrator)
        jane = try await test.makeUser("jane@example.com")
        let keys = try await test.keys.rotate(.user(.id(caller.id)), by: test.asAdministrator)
        credentials = try await RightsScene.credentials(way, of: caller, keys, test)
        let subject = way.method == .impersonation ? other : caller
        words = try await RightsScene.prepare(test, jane, subject)
    }

    /// The same scene in front of another store, which holds what the other one does.
    init(_ other: RightsScene, on store: any DirectoryStore) {
        self.store = other.store
        test = TestDirectory(other.test, on: store)
        server = TestServer(test)
        caller = other.caller
        self.other = other.other
        jane = other.jane
        credentials = other.credentials
        words = other.words
    }

    private static func credentials(
        _ way: WayOfLoss,
        of caller: User,
        _ keys: APIKeyPair,
        _ test: TestDirectory
    ) async throws -> HTTPFields {
        var fields = HTTPFields()
        if way.method == .session {
            let session = try await test.logIn(caller.username.text)
            fields[.authorization] = "Bearer " + session.token.withExposedValue(\.self)
        } else {
            fields[.xAPIKeys] = keys.secretKey.withExposedValue {
                "accessKey=\(keys.accessKey); secretKey=\($0)"
            }
        }
        if way.method == .impersonation { fields[.xImpersonate] = "username=other@example.com" }
        return fields
    }

    /// Gives everything that a call can change, and says under which words calls name it.
    static func prepare(
        _ test: TestDirectory,
        _ jane: User,
        _ subject: User
    ) async throws -> [String: String] {
        var words = ["{jane}": "\(jane.id.rawValue)", "{jane uuid}": jane.uuid.text]
        words["{name}"] = subject.username.text
        let administrator = test.asAdministrator
        for name in ["empty", "full"] {
            let group = try await test.groups.create(by: administrator) { () throws(MusterError) in
                try GroupDraft(name: name, isManagedBySAML: nil)
            }
            words["{\(name)}"] = "\(group.id.rawValue)"
            words["{\(name) uuid}"] = group.uuid.text
            guard name == "full" else { continue }
            try await test.groups.setMembership(
                of: .id(jane.id),
                in: .id(group.id),
                isMember: true,
                by: administrator
            )
        }
        for (word, byte) in [("{key}", UInt8(0x42)), ("{other key}", UInt8(0x43))] {
            words[word] = keyLine(byte)
        }
        let added = try await test.sshKeys.add(to: .id(jane.id), by: test.asMaskAdministrator) {
            () throws(MusterError) in (keyLine(0x42), nil)
        }
        words["{fingerprint}"] = added.key.fingerprint.replacing("/", with: "%2F")
        _ = try await test.keys.rotate(.user(.id(jane.id)), by: test.asAdministrator)
        let session = try await test.logIn("jane@example.com")
        words["{session}"] =
            SessionID(
                test.directory.digester.digest(
                    session.token.withExposedValue { Array($0.utf8) }
                )
            ).text
        _ = await failure { try await test.logIn("jane@example.com", Secret("wrong")) }
        for (word, user, phone) in [
            ("{code}", jane, "+12025550101"), ("{own code}", subject, "+12025550102"),
        ] {
            try await test.secondFactors.sendVerification(
                to: .user(.id(user.id)),
                by: administrator
            ) { () throws(MusterError) in (try PhoneNumber(phone), nil) }
            words[word] = test.codes.lastCode?.withExposedValue(\.self)
        }
        // The next code to the same user is half a minute away.
        test.clock.advance(by: .seconds(60))
        for (prefix, user) in [("", jane), ("own ", subject)] {
            for (word, text) in try await FactorWords.begin(test, user) {
                words["{\(prefix)\(word)}"] = text
            }
        }
        var owner = try await test.current(subject)
        owner.secondFactor = SecondFactor(
            phone: try PhoneNumber("+12025550199"),
            isSMSEnabled: true
        )
        try await test.overwrite(owner)
        return words
    }

    /// A line with an Ed25519 key whose point is all `byte`.
    static func keyLine(_ byte: UInt8) -> String {
        let name = Array("ssh-ed25519".utf8)
        let blob =
            [0, 0, 0, UInt8(name.count)] + name + [0, 0, 0, 32]
            + [UInt8](repeating: byte, count: 32)
        return "ssh-ed25519 " + Data(blob).base64EncodedString()
    }

    /// Makes a call; `arriving` runs when its body begins to arrive, after the admission of its caller.
    func send(
        _ route: ChangingRoute,
        more: HTTPFields = HTTPFields(),
        _ arriving: @escaping @Sendable () async throws -> Void = {}
    ) async throws -> (status: HTTPResponse.Status, text: String) {
        var fields = credentials
        for field in more { fields[field.name] = field.value }
        if route.pattern.hasSuffix("/import") { fields[.contentType] = "application/x-ndjson" }
        let body = ArrivingBody([
            {
                try await arriving()
                return ByteBuffer(string: fill(route.body))
            }
        ])
        return try await send(route.method, fill(route.path), fields, body)
    }

    /// Sends a request with the caller's credentials.
    func send(
        _ method: HTTPRequest.Method,
        _ path: String,
        _ more: HTTPFields = HTTPFields(),
        _ body: ArrivingBody
    ) async throws -> (status: HTTPResponse.Status, text: String) {
        var fields = credentials
        for field in more { fields[field.name] = field.value }
        let response = try await server.send(
            method,
            path,
            fields: fields,
            content: RequestBody(asyncSequence: body)
        )
        return (response.status, try await response.text())
    }

    /// What stands for a word in braces.
    func word(_ name: String) -> String { words[name] ?? name }

    /// Asks for something that is answered in pieces.
    func get(_ path: String) async throws -> Response {
        try await server.send(.get, path, fields: credentials)
    }

    private func fill(_ text: String) -> String {
        words.reduce(text) { $0.replacing($1.key, with: $1.value) }
    }
}

/// A body that arrives in pieces, each when it is asked for.
struct ArrivingBody: AsyncSequence, Sendable {
    typealias Piece = @Sendable () async throws -> ByteBuffer

    struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate var rest: ArraySlice<Piece>

        mutating func next() async throws -> ByteBuffer? {
            try await rest.popFirst()?()
        }
    }

    private let pieces: [Piece]

    init(_ pieces: [Piece]) {
        self.pieces = pieces
    }

    func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(rest: pieces[...])
    }
}
