/// A reader of what comes from outside, and what it promises whatever it is given.
///
/// That it ends, and is not stopped by Swift's own checks, is promised by all of them. The corpora's folders have these names.
enum FuzzTarget: String, CaseIterable, Sendable {
    /// JSON: what was read is read again from what is written of it.
    case json
    /// JSON objects, as bodies and records of all dialects: what was read is read again from what is written of it.
    case bodies
    /// Lines of an import: cut in the same places however they arrive.
    case lines
    /// CSV: the same records however they arrive.
    case csv
    /// Heads of requests: never longer than what came.
    case heads
    /// Header fields with credentials: the same again from their plainest form.
    case credentials
    /// Queries and forms: few and short, and the same again with every byte escaped.
    case queries
    /// Forms that outlive their session: what is carried through a sign-in leads to a page, has no secrets, and is the same
    /// again.
    case keptForms = "kept-forms"
    /// What proxies say of a caller.
    case forwarded
    /// Addresses and networks: what was read is read again from its text.
    case hosts
    /// Public keys: the same again from their only form.
    case keys
    /// Login names, mail addresses, phone numbers, public addresses: the same again from their text.
    case names
    /// Password hashes from elsewhere: kept as they came, short, of a known cost, and weak ones only where they are named.
    case hashes
    /// CBOR, keys and data of authenticators.
    case cbor
    /// Messages of LDAP: never longer than what came.
    case ldap
    /// Distinguished names: the same again from their text.
    case dn
    /// Filters and paths of SCIM: nobody passes one and its negation.
    case filters
    /// Bodies of SCIM: resources, changes, and many changes at once.
    case changes
    /// Questions of RADIUS servers: a name that may be one, and what a state is read from is short.
    case radius
    /// What PAM leaves in the environment, one variable a line: nothing else counts, and nothing that is said twice.
    case pam
    /// Backups: seals and databases, which are only read; a byte more is seen, and damage told in a few short lines.
    case backups
    /// Letters of the spool after their seal, the names of their files, and what mail servers reply.
    case letters

    /// Gives bytes to the reader.
    ///
    /// - Returns: The promise that it broke, in words; nil if it kept all.
    func broken(by bytes: [UInt8]) -> String? {
        switch self {
        case .json: ValueTargets.json(bytes)
        case .bodies: BodyTargets.bodies(bytes)
        case .lines: BodyTargets.lines(bytes)
        case .csv: FileTargets.csv(bytes)
        case .heads: RequestTargets.heads(bytes)
        case .credentials: RequestTargets.credentials(bytes)
        case .queries: RequestTargets.queries(bytes)
        case .keptForms: RequestTargets.keptForms(bytes)
        case .forwarded: RequestTargets.forwarded(bytes)
        case .hosts: ValueTargets.hosts(bytes)
        case .keys: ValueTargets.keys(bytes)
        case .names: ValueTargets.names(bytes)
        case .hashes: ValueTargets.hashes(bytes)
        case .cbor: ValueTargets.cbor(bytes)
        case .ldap: LDAPTargets.messages(bytes)
        case .dn: LDAPTargets.names(bytes)
        case .filters: SCIMTargets.filters(bytes)
        case .changes: SCIMTargets.changes(bytes)
        case .radius: BodyTargets.radius(bytes)
        case .pam: FileTargets.pam(bytes)
        case .backups: FileTargets.backups(bytes)
        case .letters: LetterTargets.letters(bytes)
        }
    }
}

extension [UInt8] {
    /// The bytes as pieces, as they may arrive: of 1, 2, 3 bytes and so on.
    var pieces: [[UInt8]] {
        var pieces: [[UInt8]] = []
        var place = 0
        while place < count {
            let end = Swift.min(place + pieces.count % 7 + 1, count)
            pieces.append(Array(self[place..<end]))
            place = end
        }
        return pieces
    }
}
