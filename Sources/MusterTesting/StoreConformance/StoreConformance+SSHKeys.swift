import MusterCore
import Testing

extension StoreConformance {
    /// A user's public keys are kept in the order in which they were added, each once.
    ///
    /// - Throws: What a store throws where none of its promises lets it.
    public func sshKeys() async throws {
        let (store, user) = try await makeStore(with: "jane@example.com")
        let other = try await insert(draft("other@example.com"), into: store)
        #expect(try await keys(of: user, in: store) == [])

        let all = zip(SSHKeyType.allCases, UInt8(0)...).map { type, byte in
            StoredSSHKey(
                key: SSHPublicKey(stored: type, blob: [UInt8](repeating: byte, count: 300)),
                fingerprint: "SHA256:\(byte)/+a",
                addedAt: now.advanced(by: .seconds(byte))
            )
        }
        for key in all.reversed() {
            #expect(try await add(key, to: user, in: store))
            #expect(try await !add(key, to: user, in: store), "the user has it already")
        }
        #expect(try await add(all[0], to: other, in: store), "another may have the same key")
        #expect(try await keys(of: user, in: store) == all.reversed())

        #expect(try await remove("SHA256:0/+a", from: user, in: store))
        #expect(try await !remove("SHA256:0/+a", from: user, in: store))
        #expect(try await !remove("sha256:1/+A", from: user, in: store), "case counts")
        #expect(try await !remove("%", from: user, in: store))
        #expect(try await keys(of: user, in: store) == all.dropFirst().reversed())
        #expect(try await keys(of: other, in: store) == [all[0]])
        try await store.delete(user)
        #expect(try await keys(of: user, in: store) == [])
    }

    private func add(
        _ key: StoredSSHKey,
        to user: User,
        in store: any DirectoryStore
    ) async throws(MusterError) -> Bool {
        try await store.write { transaction throws(MusterError) in
            try transaction.addSSHKey(key, to: user.id)
        }
    }

    private func remove(
        _ fingerprint: String,
        from user: User,
        in store: any DirectoryStore
    ) async throws(MusterError) -> Bool {
        try await store.write { transaction throws(MusterError) in
            try transaction.removeSSHKey(fingerprint: fingerprint, from: user.id)
        }
    }

    private func keys(
        of user: User,
        in store: any DirectoryStore
    ) async throws(MusterError) -> [StoredSSHKey] {
        try await store.read(.bounded) { reader throws(MusterError) in
            try reader.sshKeys(of: user.id)
        }
    }
}
