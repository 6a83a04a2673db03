public import MusterCore

extension TestDirectory {
    /// The directory of another test, which `store` holds already.
    ///
    /// What `other` keeps in memory (clocks that turned, failed logins by name) begins again; its random bytes, too,
    /// with another seed.
    public init(_ other: TestDirectory, on store: any DirectoryStore) {
        clock = FixedClock(other.clock.now())
        codes = CapturingCodeSender()
        administrator = other.administrator
        administratorKeys = other.administratorKeys
        directory = Directory(
            store: store,
            spools: other.directory.spools,
            clock: clock,
            random: SeededRandom(seed: 2),
            digester: other.directory.digester,
            curves: other.directory.curves,
            cryptography: other.directory.cryptography,
            hasher: other.directory.hasher,
            codeSender: codes,
            rules: other.directory.rules,
            identity: other.directory.identity
        )
    }
}

extension MemoryStore {
    /// Another store that holds the same.
    ///
    /// - Throws: What ``write(_:)`` throws.
    public func copy() async throws(MusterError) -> MemoryStore {
        let present = present
        let copy = MemoryStore()
        try await copy.write { transaction throws(MusterError) in
            (transaction as? MemoryTransaction)?.state = present
        }
        return copy
    }
}
