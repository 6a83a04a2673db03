import Logging
import MusterClient

/// The code in the documentation, so that it is compiled.
///
/// A test looks for each snippet in this file.
enum DocumentationSnippets {
    static func begin(accessKey: String, secretKey: String) async throws(MusterClientError) {
        let muster = try MusterClient(
            accessKey: accessKey,
            secretKey: secretKey,
            url: "https://directory.example.com"
        )
        for try await user in muster.users.list() {
            print(user.id, user.username, user.isEnabled)
        }
        await muster.close()
    }

    static func login(password: String) async throws(MusterClientError) {
        let muster = try await MusterClient(
            username: "jane@example.com",
            password: password,
            url: "https://directory.example.com"
        )
        let me = try await muster.users.oneself()
        print(me.account.user.username, me.mustChangePassword)
        await muster.close()
    }

    static func creating(
        muster: MusterClient,
        initialPassword: String
    ) async throws(MusterClientError) {
        var body = UserBody()
        body.username = "jane@example.com"
        body.password = initialPassword
        body.permissions = 32
        body.hosts = ["10.0.0.0/8"]
        let jane = try await muster.users.create(body)

        try await muster.groups.add(.id(jane.id), to: "Scanners")
    }

    static func revised(muster: MusterClient) async throws(MusterClientError) {
        let read = try await muster.users.revised("jane@example.com")
        var change = UserBody()
        change.hosts = read.record.user.hosts + ["192.0.2.7"]
        try await muster.users.change(.id(read.record.user.id), change, at: read.revision)
    }

    static func errors(muster: MusterClient) async {
        do {
            try await muster.users.remove("jane@example.com")
        } catch {
            switch error.code {
            case "user.not_found": print("there is no such user")
            case "access.last_administrator": print("the server refuses: \(error.message)")
            default: print(error)
            }
        }
    }

    static func audit(muster: MusterClient) async throws(MusterClientError) {
        var filter = MusterClient.AuditFilter()
        filter.targetName = "jane@example.com"
        let page = try await muster.audit.page(filter, newestFirst: true)
        for event in page.events {
            print(event.received, event.action, event.actor?.name ?? "nobody")
        }
    }

    static func options(logger: Logger) throws(MusterClientError) {
        let options = MusterClient.Options(
            authorities: [.file("/etc/ssl/example-authority.pem")],
            timeout: .seconds(10),
            retries: 3,
            logger: logger
        )
        let muster = try MusterClient(
            token: nil,
            url: "https://directory.example.com:8834",
            options: options
        )
        print(muster)
    }
}
