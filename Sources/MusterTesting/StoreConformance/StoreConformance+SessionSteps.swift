import MusterCore
import Testing

extension StoreConformance {
    func begin(
        _ digest: Digest,
        of user: User,
        address: IPAddress? = nil,
        program: ProgramName? = nil,
        after delay: Duration = .zero,
        in store: any DirectoryStore
    ) async throws(MusterError) {
        let session = Session(
            digest: digest,
            user: user.id,
            createdAt: now.advanced(by: delay),
            lastSeenAt: now.advanced(by: delay),
            address: address,
            program: program
        )
        try await store.write { transaction throws(MusterError) in
            try transaction.insertSession(session)
        }
    }

    func endAll(
        of user: User,
        except survivor: Digest?,
        in store: any DirectoryStore
    ) async throws(MusterError) {
        let now = now
        try await store.write { transaction throws(MusterError) in
            try transaction.endSessions(
                of: user.id,
                except: survivor,
                because: .passwordChanged,
                at: now
            )
        }
    }

    func sweep(
        _ store: any DirectoryStore,
        limit: Timestamp,
        now: Timestamp
    ) async throws(MusterError) {
        try await store.write { transaction throws(MusterError) in
            _ = try transaction.endExpiredSessions(
                after: nil,
                atMost: 1000,
                begunBefore: limit,
                now: now
            )
            _ = try transaction.forgetSessionEnds(before: limit, keeping: 1000, atMost: 1000)
        }
    }

    func session(
        _ digest: Digest,
        in store: any DirectoryStore
    ) async throws(MusterError) -> Session? {
        try await store.read(.bounded) { reader throws(MusterError) in try reader.session(digest) }
    }

    func end(
        of digest: Digest,
        in store: any DirectoryStore
    ) async throws(MusterError) -> SessionEnd? {
        try await store.read(.bounded) { reader throws(MusterError) in try reader.sessionEnd(digest)
        }
    }

    func ends(
        of digests: [Digest],
        in store: any DirectoryStore
    ) async throws(MusterError) -> [SessionEnd?] {
        try await store.read(.bounded) { reader throws(MusterError) in
            try digests.map { digest throws(MusterError) in try reader.sessionEnd(digest) }
        }
    }

    func openSessions(_ store: any DirectoryStore) async throws -> [UInt8] {
        let digests = (UInt8(1)...5).map { digest($0) }
        return try await store.read(.bounded) { reader throws(MusterError) in
            var open: [UInt8] = []
            for (byte, digest) in zip(UInt8(1)...5, digests) where try reader.session(digest) != nil
            {
                open.append(byte)
            }
            return open
        }
    }
}
