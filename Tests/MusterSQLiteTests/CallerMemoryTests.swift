import FoundationEssentials
import MusterCore
import MusterTesting
import Testing

@testable import MusterSQLite

@Suite(
    "What was read of a caller is kept while nothing is committed, and not a moment longer",
    .timeLimit(.minutes(10))
)
struct CallerMemoryTests {
    /// By what somebody comes in.
    enum Way: CaseIterable, Sendable {
        case keys
        case session
        case password
    }

    /// What is committed of somebody.
    enum Change: String, CaseIterable, Sendable {
        case disabled
        case expired
        case deleted
        case elsewhere = "from elsewhere than its hosts"
        case keysShut = "keys not permitted"
        case passwordShut = "password not permitted"
        case keysReplaced = "keys replaced"
        case sessionsEnded = "sessions ended"
        case passwordReplaced = "password replaced"
        case factorAdded = "a second factor"

        /// The ways in that it shuts.
        var shut: [Way] {
            switch self {
            case .disabled, .expired, .deleted, .elsewhere: Way.allCases
            case .keysShut, .keysReplaced: [.keys]
            case .passwordShut: [.session, .password]
            case .sessionsEnded: [.session]
            case .passwordReplaced, .factorAdded: [.password]
            }
        }
    }

    private let folder: StoreFolder
    private let store: SQLiteStore
    private let test: TestDirectory
    private let jane: User
    private let methods: [Way: Principal.Method]

    init() async throws {
        folder = try StoreFolder()
        store = try folder.open()
        test = try await TestDirectory(store: store)
        jane = try await test.makeUser("jane@example.com")
        let keys = try await test.keys.rotate(.user(.id(jane.id)), by: test.asAdministrator)
        let session = try await test.logIn("jane@example.com")
        let bound = try await BindService(test.directory).bind(
            LoginRequest(
                username: "jane@example.com",
                password: TestDirectory.administratorPassword
            ),
            from: TestDirectory.address,
            requestID: TestDirectory.requestID
        )
        methods = [
            .keys: try await test.enter(keys).method,
            .session: try await test.enter(session).method,
            .password: bound.method,
        ]
    }

    /// Reads on every connection, on each once: each read stands inside the one before.
    private func onEach(
        _ count: Int = SQLiteStore.readersAhead,
        _ body: (SQLiteTransaction) throws(MusterError) -> Void
    ) throws(MusterError) {
        guard count > 0 else { return }
        try store.readNow { reader throws(MusterError) in
            guard let transaction = reader as? SQLiteTransaction else {
                throw MusterError(.storeUnavailable, "This is another store's reader.")
            }
            try body(transaction)
            try onEach(count - 1, body)
        }
    }

    /// Who comes in by a way, as a reader sees it; nil if nobody does.
    private func caller(
        _ way: Way,
        _ reader: any DirectoryReader
    ) throws(MusterError) -> User? {
        guard let method = methods[way] else { return nil }
        do throws(MusterError) {
            return try test.authenticator.authenticate(
                method,
                from: TestDirectory.origin(),
                by: .masks,
                under: .followingMasks,
                in: reader
            ).user
        } catch {
            guard error.code != .storeUnavailable else { throw error }
            return nil
        }
    }

    /// The ways that are open, as a reader sees it.
    private func open(_ reader: any DirectoryReader) throws(MusterError) -> [Way] {
        var open: [Way] = []
        for way in Way.allCases where try caller(way, reader) != nil { open.append(way) }
        return open
    }

    private func isEmpty(_ callers: CallerMemory) -> Bool {
        callers.keys.isEmpty && callers.sessions.isEmpty && callers.passwords.isEmpty
    }

    /// Has every connection keep Jane, by all ways.
    private func remember() throws {
        try onEach { reader throws(MusterError) in
            #expect(try open(reader) == Way.allCases)
            let callers = reader.handle.callers
            #expect(callers.keys.count == 1 && callers.sessions.count == 1)
            #expect(callers.passwords.count == 1)
            // Now they come from memory.
            #expect(try open(reader) == Way.allCases)
        }
    }

    private func make(
        _ change: Change,
        in transaction: any DirectoryTransaction
    ) throws(MusterError) {
        let now = test.clock.now()
        var changed = jane
        switch change {
        case .disabled: changed.isEnabled = false
        case .expired: changed.expiresAt = now
        case .elsewhere: changed.hosts = try AllowedNetworks(["203.0.113.0/24"])
        case .keysShut: changed.authorizations.api = false
        case .passwordShut: changed.authorizations.password = false
        case .deleted: return try transaction.deleteUser(jane.id)
        case .keysReplaced:
            let key = StoredAPIKey(
                accessKey: String(repeating: "b", count: APIKeyPair.textLength),
                secretDigest: Digest([UInt8](repeating: 1, count: Digest.byteCount)),
                createdAt: now
            )
            return try transaction.replaceAPIKey(of: jane.id, with: key)
        case .sessionsEnded:
            return try transaction.endSessions(
                of: jane.id,
                except: nil,
                because: .loggedOut,
                at: now
            )
        case .passwordReplaced:
            let password = StoredPassword(
                hash: PasswordHash("another"),
                isTemporary: false,
                changedAt: now.advanced(by: .seconds(1))
            )
            return try transaction.replacePassword(of: jane.id, with: password)
        case .factorAdded:
            let app = TimeCodeSecret(key: Secret([UInt8](repeating: 1, count: 20)))
            _ = try transaction.insertFactor(.timeCode(app), of: jane.id, label: "App", at: now)
            return
        }
        try transaction.updateUser(changed, at: now)
    }

    @Test("what is acknowledged is seen by every connection at once", arguments: Change.allCases)
    func acknowledged(_ change: Change) async throws {
        try remember()
        try await store.write { transaction throws(MusterError) in
            try make(change, in: transaction)
        }
        let left = Way.allCases.filter { !change.shut.contains($0) }
        try onEach { reader throws(MusterError) in
            #expect(isEmpty(reader.handle.callers))
            for _ in 0..<2 { #expect(try open(reader) == left) }
        }
        try store.close()
    }

    @Test("whoever is kept has the role and the groups that it has now")
    func rights() async throws {
        try remember()
        let group = try await store.write { transaction throws(MusterError) in
            var changed = jane
            changed.role = .administrator
            try transaction.updateUser(changed, at: test.clock.now())
            let group = try transaction.insertGroup(
                uuid: .random(from: test.directory.random),
                name: "Night",
                isManagedBySAML: nil,
                externalID: nil,
                at: test.clock.now()
            )
            _ = try transaction.addMember(jane.id, to: group.id)
            return group
        }
        try onEach { reader throws(MusterError) in
            for way in Way.allCases + Way.allCases {
                let caller = try caller(way, reader)
                #expect(caller?.role == .administrator && caller?.groups == [group.uuid])
            }
        }
        try await store.write { transaction throws(MusterError) in
            try transaction.updateUser(jane, at: test.clock.now())
            _ = try transaction.removeMember(jane.id, from: group.id)
            try transaction.deleteGroup(group.id)
        }
        try onEach { reader throws(MusterError) in
            for way in Way.allCases + Way.allCases {
                let caller = try caller(way, reader)
                #expect(caller?.role == .basic && caller?.groups == [])
            }
        }
        try store.close()
    }

    @Test("what time decides is judged of whoever is kept, without anything being committed")
    func time() async throws {
        var expiring = jane
        expiring.expiresAt = test.clock.now().advanced(by: .seconds(60))
        try await test.overwrite(expiring)
        try remember()
        test.clock.advance(by: .seconds(60))
        try onEach { reader throws(MusterError) in
            #expect(!isEmpty(reader.handle.callers))
            #expect(try open(reader) == [])
        }
        try store.close()
    }

    @Test("a read that is under way sees its moment, and its connection the change afterwards")
    func underWay() throws {
        try remember()
        try store.readNow { reader throws(MusterError) in
            #expect(try open(reader) == Way.allCases)
            try store.onWriter { transaction throws(MusterError) in
                try make(.disabled, in: transaction)
            }
            #expect(try open(reader) == Way.allCases)
            // One beside it was idle.
            try store.readNow { other throws(MusterError) in #expect(try open(other) == []) }
        }
        try onEach { reader throws(MusterError) in #expect(try open(reader) == []) }
        try store.close()
    }

    @Test("of a change that is not committed nothing is seen, and a change sees what it has done")
    func uncommitted() async throws {
        try remember()
        for isTakenBack in [true, false] {
            let error = await failure {
                try await store.write { transaction throws(MusterError) in
                    // Asked before, so that what was found could be found again.
                    #expect(try open(transaction) == Way.allCases)
                    try make(.disabled, in: transaction)
                    #expect(try open(transaction) == [])
                    let own = transaction as? SQLiteTransaction
                    #expect(own.map { isEmpty($0.handle.callers) } == true)
                    try onEach { reader throws(MusterError) in
                        #expect(try open(reader) == Way.allCases)
                    }
                    if isTakenBack { throw MusterError(.ownAccount, "taken back") }
                }
            }
            #expect((error == nil) == !isTakenBack)
            try onEach { reader throws(MusterError) in
                #expect(try open(reader) == (isTakenBack ? Way.allCases : []))
            }
        }
        try store.close()
    }

    @Test("after a read that has failed its connection begins again, with nobody")
    func failed() throws {
        try remember()
        let error = #expect(throws: MusterError.self) {
            try onEach { reader throws(MusterError) in
                #expect(!isEmpty(reader.handle.callers))
                throw MusterError(.ownAccount, "failed")
            }
        }
        #expect(error?.code == .ownAccount)
        try store.readNow { reader throws(MusterError) in
            let own = reader as? SQLiteTransaction
            #expect(own.map { isEmpty($0.handle.callers) } == true)
            #expect(try open(reader) == Way.allCases)
        }
        try store.close()
    }

    @Test("more callers than are kept are all found, and no more are kept")
    func bounded() async throws {
        let count = CallerMemory.limit + 36
        let now = test.clock.now()
        let (digests, names) = (
            (0..<count).map { Digest([UInt8](repeating: UInt8($0), count: Digest.byteCount)) },
            (0..<count).map { number in
                let text = String(number)
                return String(repeating: "0", count: APIKeyPair.textLength - text.utf8.count) + text
            }
        )
        let arrivals = (0..<count).map { number in
            UserInsertion(
                uuid: .random(from: test.directory.random),
                draft: UserDraft(username: Username(stored: "user\(number)@example.com"))
            )
        }
        let users = try await store.write { transaction throws(MusterError) in
            let users = try transaction.insertUsers(arrivals, at: now).compactMap(\.self)
            for (place, user) in users.enumerated() {
                let digest = digests[place]
                try transaction.replaceAPIKey(
                    of: user,
                    with: StoredAPIKey(
                        accessKey: names[place],
                        secretDigest: digest,
                        createdAt: now
                    )
                )
                try transaction.insertSession(
                    Session(
                        digest: digest,
                        user: user,
                        createdAt: now,
                        lastSeenAt: now,
                        address: nil
                    )
                )
                try transaction.replacePassword(
                    of: user,
                    with: StoredPassword(
                        hash: PasswordHash("\(place)"),
                        isTemporary: place % 2 == 0,
                        changedAt: now
                    )
                )
            }
            return users
        }
        #expect(users.count == count)
        try onEach(1) { reader throws(MusterError) in
            for _ in 0..<2 {
                for (place, user) in users.enumerated() {
                    #expect(try reader.apiKey(names[place])?.owner.id == user)
                    #expect(try reader.sessionHolder(digests[place])?.owner.id == user)
                    let holder = try reader.passwordHolder(user)
                    #expect(holder?.owner.id == user && holder?.isTemporary == (place % 2 == 0))
                }
            }
            let callers = reader.handle.callers
            #expect(callers.keys.count == CallerMemory.limit)
            #expect(callers.sessions.count == CallerMemory.limit)
            #expect(callers.passwords.count == CallerMemory.limit)
        }
        try store.close()
    }
}
