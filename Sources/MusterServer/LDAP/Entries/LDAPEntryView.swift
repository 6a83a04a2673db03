import FoundationEssentials
import LDAPWire
import MusterCore
import TextBytes

/// The entries at one moment, with what is known of them kept for the next that needs it.
final class LDAPEntryView {
    let entries: EntryReader
    let tree: LDAPTree
    let settings: LDAPSettings
    /// How many users of one address are looked at.
    let mailLimit: Int
    /// Whether it is made where the search has come in: what an index finds, and all at once.
    let isQuick: Bool
    /// Whether one has more of them.
    var isTooLong = false
    /// How many bytes of values have been held against texts.
    private var heldBytes = 0
    var groupNames: [UUID: [UInt8]] = [:]
    var everyoneName: String?
    var members: (group: GroupID, names: [Username])?
    /// What is read of the users of a search.
    var parts = UserParts.usual
    /// The group of which they are listed, and so the one that they are known to be in.
    var listedGroup: GroupID?
    /// What is known of the users who were read last.
    var persons = LDAPReadAhead<Person>()
    var keys = LDAPReadAhead<[StoredSSHKey]>()
    /// When their passwords were set; none of those who have none.
    var passwordTimes: [UserID: Timestamp?] = [:]
    var lastPerson: (user: UserID, person: LDAPPerson?)?
    var knownGroups: [ByteText: Group?] = [:]
    var lastGroup: (text: [UInt8], group: Group?)?
    private var knownPlaces: [[UInt8]: LDAPTree.Place?] = [:]
    /// The most groups that are kept by what they are called, and the most places by their names: as many as a filter asks about,
    /// since each user is asked about all of them again.
    static let mostKnown = LDAPFilter.maximumTerms

    init(
        _ entries: EntryReader,
        _ tree: LDAPTree,
        _ settings: LDAPSettings,
        isQuick: Bool = false
    ) {
        self.isQuick = isQuick
        mailLimit = isQuick ? LDAPSearchJob.quickMail + 1 : UserQuery.maximumLimit
        self.entries = entries
        self.tree = tree
        self.settings = settings
    }

    /// The entry of a place; nil if there is none that the caller sees.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func entry(at place: LDAPTree.Place) throws(MusterError) -> LDAPEntry? {
        switch place {
        case .root: .root
        case .schema: .schema
        case .suffix: .suffix
        case .people: .people
        case .groups: .groups
        case .user(let name): try entries.user(.username(name), with: parts).map { .user($0) }
        case .group(let name): try group(at: name)
        }
    }

    /// Notes values that are to be held against a text, for which each of them is folded.
    ///
    /// - Returns: Whether they are; where one is to be quick, only so many are.
    func mayHold(_ values: [[UInt8]], of attribute: LDAPAttribute, _ kind: LDAPEntry.Kind) -> Bool {
        guard isQuick, attribute.rule.isText, kind == .user || kind == .group else { return true }
        heldBytes += values.reduce(0) { $0 + $1.count }
        if heldBytes > LDAPSearchJob.quickHeldBytes { isTooLong = true }
        return !isTooLong
    }

    /// What a name in a filter stands for, which each of many entries is asked about; nil if that is nothing.
    ///
    /// - Parameters:
    ///   - name: The name.
    ///   - text: The same as the client has written it.
    /// - Returns: Its place.
    func place(of name: DistinguishedName, _ text: [UInt8]) -> LDAPTree.Place? {
        if let known = knownPlaces[text] { return known }
        let place = try? tree.place(of: name)
        if knownPlaces.count >= Self.mostKnown { knownPlaces.removeAll() }
        knownPlaces.updateValue(place, forKey: text)
        return place
    }

    /// The name of an entry.
    func name(of entry: LDAPEntry) -> [UInt8] {
        switch entry {
        case .root: []
        case .schema: tree.schema.bytes
        case .suffix: tree.suffix.bytes
        case .people: tree.people.bytes
        case .groups: tree.groups.bytes
        case .user(let user): tree.name(of: user)
        case .group(_, let name): tree.name(ofGroup: name)
        }
    }
}
