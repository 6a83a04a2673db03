import FoundationEssentials
public import MusterCore

/// What every store has to do, as checks that any store can be put through.
///
/// Each method checks one area on stores that are made for it alone, and records what is wrong as issues of
/// Swift Testing. A store is right when ``everything()`` records none:
///
/// ```swift
/// @Test("the store keeps every promise")
/// func conformance() async throws {
///     try await StoreConformance { try MyStore.empty() }.everything()
/// }
/// ```
public struct StoreConformance: Sendable {
    /// Makes a store in which nothing is, not even an identity.
    public typealias StoreFactory = @Sendable () async throws -> any DirectoryStore

    /// The moment at which the checks take place.
    let now = FixedClock.start
    private let random = SeededRandom(seed: 7)
    private let factory: StoreFactory

    /// Checks the stores that `factory` makes.
    public init(_ factory: @escaping StoreFactory) {
        self.factory = factory
    }

    /// Checks every area.
    ///
    /// - Throws: What a store throws where none of its promises lets it.
    public func everything() async throws {
        try await identity()
        try await users()
        try await userParts()
        try await userPages()
        try await userSearch()
        try await manyUsers()
        try await together()
        try await passwords()
        try await apiKeys()
        try await sessions()
        try await sshKeys()
        try await persons()
        try await verificationCodes()
        try await factors()
        try await recoveryCodes()
        try await ceremonies()
        try await loginSources()
        try await groups()
        try await auditLog()
        try await changes()
    }

    /// An empty store.
    func makeStore() async throws -> any DirectoryStore {
        try await factory()
    }

    /// An empty store with one user in it.
    func makeStore(with name: String) async throws -> (any DirectoryStore, User) {
        let store = try await factory()
        return (store, try await insert(draft(name), into: store))
    }

    /// A user to be created.
    func draft(_ name: String, display: String? = nil, email: String? = nil) -> UserDraft {
        UserDraft(username: Username(stored: name), name: display, email: email)
    }

    func insert(
        _ draft: UserDraft,
        into store: any DirectoryStore
    ) async throws(MusterError) -> User {
        let uuid = nextUUID()
        let now = now
        return try await store.write { transaction throws(MusterError) in
            try transaction.insertUser(draft, uuid: uuid, at: now)
        }
    }

    func insertGroup(
        _ name: String,
        into store: any DirectoryStore
    ) async throws(MusterError) -> Group {
        let uuid = nextUUID()
        let now = now
        return try await store.write { transaction throws(MusterError) in
            try transaction.insertGroup(
                uuid: uuid,
                name: name,
                isManagedBySAML: nil,
                externalID: nil,
                at: now
            )
        }
    }

    func nextUUID() -> UUID {
        UUID.random(from: random)
    }

    /// A digest of which all bytes are `byte`.
    func digest(_ byte: UInt8) -> Digest {
        Digest([UInt8](repeating: byte, count: 32))
    }

    /// Half of a pair of API keys.
    func accessKey(_ byte: UInt8) -> String {
        Hex.text(digest(byte).bytes)
    }
}

extension DirectoryStore {
    /// Finds a user.
    func user(_ reference: UserReference) async throws(MusterError) -> User? {
        try await read(.bounded) { reader throws(MusterError) in try reader.user(reference) }
    }

    func userCount() async throws(MusterError) -> Int {
        try await read(.bounded) { reader throws(MusterError) in try reader.userCount() }
    }

    func delete(_ user: User) async throws(MusterError) {
        try await write { transaction throws(MusterError) in try transaction.deleteUser(user.id) }
    }
}
