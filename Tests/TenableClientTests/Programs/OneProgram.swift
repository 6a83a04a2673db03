import ClientTestSupport
import FoundationEssentials
import TenableClient

/// A program as an administrator writes it: it knows the service's interface and nothing of who is behind it.
///
/// It returns a record of what it saw, without what differs from server to server.
struct OneProgram {
    let url: String
    let accessKey: String
    let secretKey: String
    /// Reads the code that was sent last to a phone.
    let code: @Sendable () -> String

    private func open() throws -> TenableIO {
        try TenableIO(accessKey: accessKey, secretKey: secretKey, url: url, options: .quick())
    }

    func run() async throws -> [String] {
        let tio = try open()
        var seen: [String] = []
        seen += try await onboarding(tio)
        seen += try await credentials(tio)
        seen += try await groupsAndRoles(tio)
        seen += try await refusals(tio)
        seen += try await offboarding(tio)
        await tio.close()
        return seen
    }

    private func onboarding(_ tio: TenableIO) async throws -> [String] {
        var seen = ["server \(try await tio.server.status().status)"]
        let me = try await tio.session.details()
        seen.append("me \(me.user.username) \(me.user.permissions ?? 0)")
        let jane = try await tio.users.create(
            username: "jane@example.com",
            password: Passwords.first,
            permissions: .standard,
            name: "Jane Doe",
            email: "doe@example.com"
        )
        let john = try await tio.users.create(
            username: "john@example.com",
            password: Passwords.first,
            permissions: 16
        )
        seen.append(line(jane))
        seen.append(line(john))
        seen.append("same \(try await tio.users.details(.init(jane.uuid)).id == jane.id)")
        seen.append(line(try await tio.users.edit(jane.id, permissions: .scanManager)))
        seen.append(line(try await tio.users.edit(.init(jane.uuid), name: "Jane Roe")))
        seen.append(line(try await tio.users.edit(jane.id, name: .clear, email: .clear)))
        seen.append(line(try await tio.users.enabled(john.id, false)))
        seen.append(line(try await tio.users.edit(john.id, enabled: true)))
        for try await user in tio.users.list() { seen.append("listed \(user.username)") }
        return seen
    }

    private func credentials(_ tio: TenableIO) async throws -> [String] {
        var seen: [String] = []
        let jane = try await find("jane@example.com", tio)
        try await tio.users.changePassword(
            jane.id,
            oldPassword: Passwords.first,
            newPassword: Passwords.second
        )
        let session = try await TenableIO(
            username: jane.username,
            password: Passwords.second,
            url: url,
            options: .quick()
        )
        seen.append(line(try await session.session.details().user))
        seen.append(line(try await session.session.edit(name: "Jane")))
        await session.close()
        let keys = try await tio.users.genAPIKeys(jane.id)
        let hers = try TenableIO(
            accessKey: keys.accessKey,
            secretKey: keys.secretKey,
            url: url,
            options: .quick()
        )
        seen.append("hers \(try await hers.session.details().user.username)")
        for user in try await hers.users.list().all() {
            seen.append("brief \(user.username) \(user.enabled == nil)")
        }
        seen.append("auths \(methods(try await tio.users.listAuths(jane.id)))")
        try await tio.users.editAuths(jane.id, samlPermitted: false)
        try await tio.users.editAuths(
            jane.id,
            apiPermitted: true,
            passwordPermitted: false,
            samlPermitted: false
        )
        seen.append("auths \(methods(try await tio.users.listAuths(jane.id)))")
        try await tio.users.enableTwoFactor(jane.id, phone: "+15555555555")
        try await tio.users.verifyTwoFactor(jane.id, code: code())
        try await tio.users.twoFactor(jane.id, email: true, sms: true, phone: "+15555555555")
        try await tio.users.twoFactor(jane.id, email: false, sms: false)
        let name = try await tio.impersonating("john@example.com") { tio in
            try await tio.session.details().user.username
        }
        seen.append("as \(name), then as \(try await tio.session.details().user.username)")
        await hers.close()
        return seen
    }

    private func groupsAndRoles(_ tio: TenableIO) async throws -> [String] {
        var seen: [String] = []
        let john = try await find("john@example.com", tio)
        let group = try await tio.groups.create("Operators")
        try await tio.groups.addUser(john.id, to: group.id)
        try await tio.groups.edit(group.id, name: "Operators, night")
        for group in try await tio.groups.list() {
            seen.append("group \(group.name) \(group.userCount ?? -1) \(group.immutable)")
        }
        for try await user in try tio.groups.listUsers(.init(group.uuid)) {
            seen.append("member \(user.username)")
        }
        seen.append(await failure { try await tio.groups.delete(group.id) })
        try await tio.groups.deleteUser(john.id, from: group.id)
        try await tio.groups.delete(group.id)
        let role = try await tio.roles.list().first { $0.name == "Scan Operator" }
        let uuid = try role.flatMap { UUID(uuidString: $0.uuid) }.orThrow()
        seen.append("assigned \(try await tio.roles.assign(uuid, to: john.id).count)")
        seen.append("has \(try await tio.roles.listUserRoles(john.id) == [role?.uuid])")
        seen.append(line(try await tio.users.details(john.id)))
        let events = try await tio.auditLog.events(.action("user.create"), .since("2018-12-31"))
        // The service's own log begins before the program; that of a new server with its creation.
        seen += events.filter { $0.target?.name != "admin@example.com" }.map {
            "\($0.action) \($0.target?.name ?? "") \($0.isFailure)"
        }
        return seen
    }

    private func refusals(_ tio: TenableIO) async throws -> [String] {
        let stranger = try TenableIO(
            accessKey: String(repeating: "9", count: 64),
            secretKey: secretKey,
            url: url,
            options: .quick()
        )
        return [
            await failure { try await tio.users.details(0) },
            await failure { try await tio.users.delete("00000000-0000-4000-8000-000000000000") },
            await failure { try await tio.users.details("jane@example.com") },
            await failure {
                try await tio.users.create(
                    username: "jane@example.com",
                    password: Passwords.first,
                    permissions: 16
                )
            },
            await failure { try await tio.users.edit(0, permissions: 17) },
            await failure {
                try await tio.users.changePassword(0, oldPassword: nil, newPassword: "nope")
            },
            await failure {
                try await tio.users.create(
                    username: "weak@example.com",
                    password: "nope",
                    permissions: 16
                )
            },
            await failure {
                try await tio.users.create(
                    username: "odd@example.com",
                    password: Passwords.first,
                    permissions: 17
                )
            },
            await failure {
                try await tio.impersonating("nobody@example.com") {
                    try await $0.session.details()
                }
            },
            await failure {
                try await tio.impersonating("john@example.com") { tio in
                    try await tio.users.details(2)
                }
            },
            await failure { try await stranger.session.details() },
            await failure { try await tio.get("no/such/path") },
        ]
    }

    private func offboarding(_ tio: TenableIO) async throws -> [String] {
        for name in ["jane@example.com", "john@example.com"] {
            try await tio.users.delete(try await find(name, tio).id)
        }
        return try await tio.users.list().all().map { "left \($0.username)" }
    }

    private func find(_ username: String, _ tio: TenableIO) async throws -> TenableIO.User {
        try await tio.users.list().all().first { $0.username == username }.orThrow()
    }

    private func line(_ user: TenableIO.User) -> String {
        let name = user.name.flatMap { $0.isEmpty ? nil : $0 } ?? user.username
        return "\(user.username) \(name) \(user.email) \(user.permissions ?? -1) "
            + "\(user.enabled ?? false)"
    }

    private func methods(_ auths: TenableIO.Authorizations) -> String {
        "\(auths.apiPermitted) \(auths.passwordPermitted) \(auths.samlPermitted)"
    }

    /// How a call fails: what kind, with which status, and whether the request can be found in the log.
    private func failure<Result>(_ body: () async throws -> Result) async -> String {
        do {
            _ = try await body()
            return "no failure"
        } catch let error as TenableError {
            let number = error.requestID.map { "\($0.utf8.count) digits" } ?? "no number"
            return "\(error.kind) \(error.status ?? 0) \(number)"
        } catch {
            return "another error: \(error)"
        }
    }
}

/// Something that a test needs is not there.
struct Missing: Error {}

extension Optional {
    /// The value.
    ///
    /// - Throws: ``Missing`` if there is none.
    func orThrow() throws -> Wrapped {
        guard let self else { throw Missing() }
        return self
    }
}
