/// A line that has passed every check that it can pass alone.
///
/// Many are held at a time, so it keeps what was read of keys and passwords, and not their texts: a key's comment may be
/// longer than all else.
public struct ImportCandidate: Sendable {
    enum Password: Sendable {
        case plain(Secret<String>)
        case ready(PasswordHash)
    }

    /// What one holds in memory beside texts, lists and keys, about.
    private static let leastBytes = 512
    /// What a network of ``AllowedNetworks`` takes, and what a text in a list takes beside its bytes.
    private static let itemBytes = (network: 48, text: 16)

    /// What does not change, in one piece: a candidate goes through many hands, and all of its texts would be counted
    /// again in each.
    private final class Content: Sendable {
        let line: ImportLine
        let draft: UserDraft

        init(_ line: ImportLine, _ draft: UserDraft) {
            self.line = line
            self.draft = draft
        }
    }

    private let content: Content
    var keys: [StoredSSHKey] = []
    var password: Password?
    /// What is known of the person if this becomes a new user.
    var person: Person?
    /// Whether the password came in the clear.
    public internal(set) var cameInClear = false

    init(line: ImportLine, draft: UserDraft) {
        content = Content(line, draft)
    }

    /// The line, without the texts of its keys and its password.
    var line: ImportLine { content.line }

    /// The user that the line would make.
    var draft: UserDraft { content.draft }

    /// The number of the line.
    public var number: Int { line.number }

    /// How many rows it may make, about: a batch is measured by them, since whoever writes meanwhile waits for all.
    public var rows: Int {
        1 + keys.count + line.groups.count + (person == nil ? 0 : 1)
    }

    /// How many bytes it holds in memory, about: a batch is measured by them, too.
    public var bytes: Int {
        let (network, item) = ImportCandidate.itemBytes
        var bytes = ImportCandidate.leastBytes + draft.hosts.networks.count * network
        bytes += username.text.utf8.count + (draft.name?.utf8.count ?? 0)
        bytes += (draft.note?.utf8.count ?? 0)
        bytes += (draft.email?.utf8.count ?? 0) + (hash?.text.utf8.count ?? 0)
        for stored in keys { bytes += stored.key.blob.count + stored.key.text.utf8.count }
        bytes += (line.person?.bytes ?? 0) + (person?.document.utf8.count ?? 0)
        for group in line.groups { bytes += item + group.utf8.count }
        return bytes
    }

    /// The login name.
    public var username: Username { line.username }

    /// By what it would administer users if it became a new one.
    var administratorRights: [AdministratorRight] {
        AdministratorRight.held(by: draft.role, draft.masks)
    }

    /// Whether the password still stands there in the clear.
    public var needsHashing: Bool {
        if case .plain = password { true } else { false }
    }

    /// The hash of the password, where there is one.
    public var hash: PasswordHash? {
        if case .ready(let hash) = password { hash } else { nil }
    }
}
