extension DirectoryTransaction {
    /// Begins a ceremony in a place of its own; where all are taken another one of the user ends.
    ///
    /// Whoever has the password begins as many as it likes, and is not to end those of whoever has the second factor,
    /// too. So what began where the user has not signed in before ends nothing of what began where it has, or in a
    /// session; and of strangers whoever holds the most loses the oldest.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func begin(_ ceremony: Ceremony, _ access: DirectoryAccess) throws(MusterError) {
        let all = try ceremonies(of: ceremony.user)
        if all.count >= Ceremony.perUser {
            for gone in try leaving(all, for: ceremony, access) {
                try deleteCeremony(gone.digest)
            }
        }
        try insertCeremony(ceremony)
    }

    /// Which ceremonies end for one more.
    private func leaving(
        _ all: [Ceremony],
        for newcomer: Ceremony,
        _ access: DirectoryAccess
    ) throws(MusterError) -> [Ceremony] {
        let now = access.clock.now()
        let over = all.filter { !$0.isOpen(at: now) }
        guard over.isEmpty else { return over }
        let known = Set(
            try loginSources(of: newcomer.user).filter(\.record.isFamiliar).map {
                access.digester.digest(of: $0.source).bytes
            }
        )
        func isFamiliar(_ ceremony: Ceremony) -> Bool {
            ceremony.source.map { known.contains($0.bytes) } ?? true
        }
        let familiar = all.filter(isFamiliar)
        let most = Ceremony.perFamiliarUser - (isFamiliar(newcomer) ? 1 : 0)
        let candidates = familiar.count > most ? familiar : all.filter { !isFamiliar($0) }
        let groups = Dictionary(grouping: candidates) { $0.source?.bytes }
        let largest = groups.values.map(\.count).max()
        let oldest = groups.values.filter { $0.count == largest }.compactMap(\.first)
        return oldest.min { $0.issuedAt < $1.issuedAt }.map { [$0] } ?? []
    }
}

extension Digester {
    /// How a ceremony keeps where it began.
    func digest(of source: LoginSource) -> Digest { digest(source.text.utf8) }
}
