import ClientTestSupport
import MusterClient
import MusterCore
import MusterTesting
import Testing

@Suite("The client of the native API against the server")
struct LifeTests {
    /// The directory's administrator, by its keys.
    private func administrator(_ server: LiveServer) throws -> MusterClient {
        let keys = server.test.administratorKeys
        return try MusterClient(
            accessKey: keys.accessKey,
            secretKey: keys.secretKey.withExposedValue(\.self),
            url: server.address,
            options: .patient
        )
    }

    private func body(_ name: String) -> UserBody {
        var body = UserBody()
        body.username = name
        body.password = Passwords.first
        return body
    }

    @Test("a user is made, shown, changed, unlocked, listed and removed")
    func users() async throws {
        try await LiveServer.run { server in
            let muster = try administrator(server)
            let jane = try await muster.users.create(body("jane@example.com"))
            #expect(try await muster.users.get("jane@example.com").user.id == jane.id)
            var change = UserBody()
            change.name = "Jane"
            #expect(try await muster.users.change(.id(jane.id), change).name == "Jane")
            #expect(try await muster.users.unlock(.id(jane.id)).failedLogins == 0)
            var names: [String] = []
            for try await user in muster.users.list(pageSize: 1) { names.append(user.username) }
            #expect(names == [TestDirectory.administratorName, "jane@example.com"])
            var filter = MusterClient.UserFilter()
            filter.prefix = "jane"
            #expect(try await muster.users.page(filter, limit: 10).total == 1)
            try await muster.users.remove(.id(jane.id))
            let gone = await clientRefusal { try await muster.users.get(.id(jane.id)) }
            #expect(gone?.code == "user.not_found" && gone?.kind == .notFound)
            await muster.close()
        }
    }

    @Test("a change that is bound to a revision is not made once a user was changed")
    func revisions() async throws {
        try await LiveServer.run { server in
            let muster = try administrator(server)
            let jane = try await muster.users.create(body("jane@example.com"))
            let read = try await muster.users.revised(.id(jane.id))
            let revision = try #require(read.revision)
            var change = UserBody()
            change.timeout = 60
            try await muster.users.change(.id(jane.id), change, at: revision)
            change.timeout = 120
            let late = await clientRefusal {
                try await muster.users.change(.id(jane.id), change, at: revision)
            }
            #expect(late?.kind == .outdated && late?.code == "revision.changed")
            #expect(try await muster.users.get(.id(jane.id)).user.timeout == 60)
            await muster.close()
        }
    }

    @Test("a login begins a session, which changes its password and ends with the client")
    func sessions() async throws {
        try await LiveServer.run { server in
            let muster = try administrator(server)
            let jane = try await muster.users.create(body("jane@example.com"))
            let reference = MusterClient.Reference.id(jane.id)
            let own = try await MusterClient(
                username: "jane@example.com",
                password: Passwords.first,
                url: server.address,
                options: .patient
            )
            #expect(try await own.users.oneself().account.user.id == jane.id)
            let change = NewPasswordBody(
                password: Passwords.second,
                currentPassword: Passwords.first
            )
            try await own.users.setPassword(of: reference, change)
            #expect(try await muster.sessions.list(of: reference).total == 1)
            await own.close()
            #expect(try await muster.sessions.list(of: reference).sessions.isEmpty)
            let wrong = await clientRefusal {
                try await MusterClient(
                    username: "jane@example.com",
                    password: Passwords.first,
                    url: server.address,
                    options: .patient
                )
            }
            #expect(wrong?.code == "credentials.invalid")
            let after = await clientRefusal { try await own.users.oneself() }
            #expect(after?.kind == .closed)
            await muster.close()
        }
    }

    @Test("groups, keys, second factors and the audit log have their calls")
    func rest() async throws {
        try await LiveServer.run { server in
            let muster = try administrator(server)
            let jane = try await muster.users.create(body("jane@example.com"))
            let reference = MusterClient.Reference.id(jane.id)
            let group = try await muster.groups.create(GroupBody(name: "Scanners"))
            try await muster.groups.add(reference, to: "Scanners")
            #expect(try await muster.groups.get(.id(group.id)).userCount == 1)
            var members = MusterClient.UserFilter()
            members.group = .id(group.id)
            #expect(try await muster.users.page(members, limit: 5).users.map(\.id) == [jane.id])
            try await muster.groups.remove(reference, from: .id(group.id))
            try await muster.groups.change(.id(group.id), GroupBody(name: "Others"))
            #expect(try await muster.groups.list().map(\.name).contains("Others"))
            try await muster.groups.remove("Others")

            let pair = try await muster.apiKeys.rotate(of: reference)
            let own = try MusterClient(
                accessKey: pair.accessKey,
                secretKey: pair.secretKey,
                url: server.address,
                options: .patient
            )
            #expect(try await own.users.oneself().account.hasAPIKeys)
            try await muster.apiKeys.revoke(of: reference)
            let refused = await clientRefusal { try await own.users.oneself() }
            #expect(refused?.kind == .unauthorized)
            await own.close()

            try await muster.secondFactor.change(
                of: reference,
                SecondFactorBody(isEmailEnabled: true)
            )
            #expect(try await muster.users.get(reference).user.twoFactor.isEmailEnabled)

            var filter = MusterClient.AuditFilter()
            filter.action = "group.delete"
            let page = try await muster.audit.page(filter)
            #expect(page.total == 1 && page.events.first?.target?.name == "Others")
            #expect(try await muster.server.status().status == "ready")
            #expect(try await muster.server.properties().version == "1.2.3")
            #expect(try await muster.server.maskBits().count == Resource.allCases.count)
            await muster.close()
        }
    }

    @Test("lines are imported while the answer is read, and given out again")
    func lines() async throws {
        try await LiveServer.run { server in
            let muster = try administrator(server)
            let pieces = AsyncStream { continuation in
                continuation.yield(Array(#"{"username":"ann"}"#.utf8))
                continuation.yield(Array("\n{\"username\":\"bob\"}\n{\"username\":7}\n".utf8))
                continuation.finish()
            }
            var options = MusterClient.ImportOptions()
            options.onError = .continue
            options.results = .all
            var taken: [String] = []
            var refused: [Int64] = []
            var end: ImportSummaryRecord?
            for try await outcome in try await muster.users.importLines(pieces, options) {
                switch outcome {
                case .taken(let user): taken.append(user.username)
                case .refused(let line, let error):
                    #expect(error.field == "username")
                    refused.append(line)
                case .finished(let summary): end = summary
                case .checked, .progress: break
                }
            }
            #expect(taken == ["ann", "bob"] && refused == [3])
            #expect(end?.created == 2 && end?.failed == 1 && end?.isDone == true)
            var names: [String?] = []
            for try await line in try await muster.users.export() {
                guard case .object(let object) = try JSONValue(parsing: line) else { continue }
                names.append(try ImportBody(object).user.username)
            }
            #expect(names == [TestDirectory.administratorName, "ann", "bob"])
            await muster.close()
        }
    }
}
