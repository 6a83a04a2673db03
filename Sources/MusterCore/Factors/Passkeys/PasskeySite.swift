/// A host for which there are passkeys.
///
/// A passkey signs for the host alone under which it was made (WebAuthn Level 2 section 4: relying party identifier). Where
/// the server is called otherwise later, each of them is dead until it has its former name again.
public struct PasskeySite: Sendable, Equatable {
    /// The most that are told.
    public static let most = 10

    /// The host.
    public let id: String
    /// How many passkeys there are for it.
    public let keys: Int

    /// Builds a site.
    public init(id: String, keys: Int) {
        self.id = id
        self.keys = keys
    }
}

extension PublicURL {
    /// The host for which passkeys are made here; nil if it has no name.
    public var passkeySite: String? { hasName ? host : nil }

    /// What is to be said of passkeys that sign nobody in any more; nil if all of them do.
    ///
    /// - Parameters:
    ///   - sites: For which hosts there are passkeys.
    ///   - url: The server's public address; nil if none is set.
    /// - Returns: Sentences.
    public static func strandedPasskeys(_ sites: [PasskeySite], at url: PublicURL?) -> String? {
        let site = url?.passkeySite
        let stranded = sites.filter { other in
            site.map { !$0.utf8.elementsEqual(other.id.utf8) } ?? true
        }
        guard !stranded.isEmpty else { return nil }
        let found = stranded.map { "\($0.keys) for \($0.id)" }.joined(separator: ", ")
        let present = site.map { "names \($0)" } ?? "names no host"
        return
            "There are passkeys for another host (\(found)), and http.publicURL \(present): they sign nobody in. Name "
            + "their host again, or have their owners make new ones."
    }
}

extension DirectoryAccess {
    /// What is to be said of passkeys that sign nobody in any more; nil if all of them do.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    public func strandedPasskeys() async throws(MusterError) -> String? {
        let sites = try await store.read(.unbounded) { reader throws(MusterError) in
            try reader.passkeySites()
        }
        return PublicURL.strandedPasskeys(sites, at: rules.publicURL)
    }
}
