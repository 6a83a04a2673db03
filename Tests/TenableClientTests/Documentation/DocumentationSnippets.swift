import Logging
import TenableClient

/// The code in the documentation, so that it is compiled.
///
/// A test looks for each snippet in this file.
enum DocumentationSnippets {
    static func begin(accessKey: String, secretKey: String) async throws(TenableError) {
        let tio = try TenableIO(accessKey: accessKey, secretKey: secretKey)
        for try await user in tio.users.list() {
            print(user.id, user.username)
        }
    }

    static func login(password: String) async throws(TenableError) {
        let tio = try await TenableIO(
            username: "admin@example.com",
            password: password,
            url: "https://directory.example.com"
        )
        let me = try await tio.session.details()
        print(me.user.username, me.containerName ?? "")
        await tio.close()
    }

    static func ids(tio: TenableIO) async throws(TenableError) {
        let one = try await tio.users.details(4)
        let same = try await tio.users.details("60f73e4f-8983-41c2-a13c-39074cbb6229")
        try await tio.users.delete(one.id)
        print(same)
    }

    static func editing(tio: TenableIO, address: String) async throws(TenableError) {
        try await tio.users.edit(4, name: "New Full Name")
        try await tio.users.edit(4, name: .clear)
        try await tio.users.edit(4, email: .set(address))
    }

    static func impersonating(tio: TenableIO) async throws {
        let theirs = try await tio.impersonating("jdoe@company.com") { tio in
            try await tio.session.details()
        }
        print(theirs.user)
    }

    static func creating(tio: TenableIO, password: String) async throws(TenableError) {
        let user = try await tio.users.create(
            username: "jdoe@company.com",
            password: password,
            permissions: .administrator,
            name: "Jane Doe",
            email: "jdoe@company.com"
        )
        print(user)
    }

    static func records(tio: TenableIO) async throws(TenableError) {
        let user = try await tio.users.details(4)
        print(user.permissions == .administrator, user.lastLogin == nil)
        if case .object(let preferences)? = user.json["preferences"] {
            print(preferences.members.count)
        }
    }

    static func requests(tio: TenableIO) async throws(TenableError) {
        let answer = try await tio.put("users/4", body: ["name": "New Full Name"])
        print(answer.status, answer.json ?? .null)
    }

    static func errors(tio: TenableIO) async {
        do {
            try await tio.users.delete(42)
        } catch {
            switch error.kind {
            case .notFound: print("there is no such user")
            case .conflict: print("the server refuses: \(error.message)")
            default: print(error)
            }
        }
    }

    static func options(logger: Logger) throws(TenableError) {
        let options = TenableIO.Options(
            authorities: [.file("/etc/ssl/example-authority.pem")],
            timeout: .seconds(10),
            retries: 3,
            logger: logger
        )
        let tio = try TenableIO(url: "https://directory.example.com:8834", options: options)
        print(tio)
    }

    static func ownAuthority() {
        var options = TenableIO.Options()
        options.authorities = [.file("/etc/ssl/example-authority.pem")]
        options.retries = 3
        print(options.retries)
    }

    static func firstProgram(
        accessKey: String,
        secretKey: String,
        initialPassword: String
    ) async throws(TenableError) {
        let tio = try TenableIO(
            accessKey: accessKey,
            secretKey: secretKey,
            url: "http://127.0.0.1:8834"
        )
        let user = try await tio.users.create(
            username: "jsmith@example.com",
            password: initialPassword,
            permissions: .standard
        )
        try await tio.users.edit(user.id, name: "John Smith")
        for try await user in tio.users.list() {
            print(user.id, user.username, user.permissions ?? .basic)
        }
        try await tio.users.delete(user.id)
        await tio.close()
    }

    static func onboarding(tio: TenableIO, initialPassword: String) async throws(TenableError) {
        let group = try await tio.groups.create("Operators")
        for name in ["ann@example.com", "bob@example.com"] {
            let user = try await tio.users.create(
                username: name,
                password: initialPassword,
                permissions: .basic
            )
            try await tio.groups.addUser(user.id, to: group.id)
        }
    }

    static func rotation(
        tio: TenableIO,
        user: TenableIO.User,
        store: (String, String) -> Void
    ) async throws(TenableError) {
        let keys = try await tio.users.genAPIKeys(user.id)
        store(keys.accessKey, keys.secretKey)
    }

    static func offboarding(tio: TenableIO, user: TenableIO.User) async throws(TenableError) {
        try await tio.users.enabled(user.id, false)
        let events = try await tio.auditLog.events(.action("user.update"), newestFirst: true)
        print(events.count)
    }

    static func failing(tio: TenableIO, user: TenableIO.User) async {
        do {
            try await tio.users.edit(user.id, permissions: .administrator)
        } catch {
            switch error.kind {
            case .forbidden: print("only administrators may")
            case .badRequest: print(error.message, error.fields)
            default: print(error, "request", error.requestID ?? "none")
            }
        }
    }

    static func audit(tio: TenableIO) async throws(TenableError) {
        for try await event in tio.auditLog.stream(.action("user.delete")) {
            print(event.received, event.actor?.name ?? "nobody", event.target?.name ?? "")
        }
    }
}
