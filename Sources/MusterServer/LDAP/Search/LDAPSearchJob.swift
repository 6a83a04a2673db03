import FoundationEssentials
import LDAPWire
import MusterCore

/// A search, read and planned: which entries it looks at, in which order, and what it shows of them.
struct LDAPSearchJob: Sendable {
    /// How many users are looked at within one read.
    static let block = 500
    /// How many are within one read where all of them are shown: while their reader reads them, the next ones are made.
    static let shownBlock = 100
    /// The most users whom one look finds in an index within one read.
    static let mostFound = 1_000
    /// The most keys by which users, or groups, are found where the search comes in; with more it waits for its caller's turn.
    static let quickKeys = 8
    /// The most values that a filter holds against texts there: to fold one of 1,020 bytes that are not ASCII takes 120 µs (one core
    /// of the benchmarks' machine).
    static let quickTerms = 16
    /// Attributes of which an entry may have many values, or long ones: users have 16 KiB of telephones.
    private static let longValues: LDAPAttributeSet = [
        .sshPublicKey, .telephoneNumber, .mobile, .musterHost,
    ]
    private static let members: LDAPAttributeSet = [.member, .uniqueMember, .memberUid]
    /// The most questions for which the members of groups are gone through, each time all of them.
    static let maximumMemberTerms = 8
    /// The most users of one address who are looked at there.
    static let quickMail = 20
    /// The most users found by a part of their texts who are looked at there.
    static let quickTexts = 20
    /// The most groups that are looked at there for one whose name has other blanks, and the most words of a name.
    static let quickGroups = 8
    /// The most bytes of a name that is looked for there with other blanks, for which it is folded several times.
    static let quickNameBytes = 128
    /// The most bytes of values that are held against texts there; to fold so many that are not ASCII takes 2 ms.
    static let quickHeldBytes = 16_384
    /// The most entries of one search.
    static let maximumEntries = 100_000
    /// How long a search may take that sets no shorter time.
    static let maximumTime = Duration.seconds(30)

    let id: Int
    let base: LDAPTree.Place
    let baseName: DistinguishedName
    let scope: LDAPSearch.Scope
    let condition: LDAPCondition
    let selection: LDAPSelection
    let controls: LDAPControls
    /// What its cookies are bound to; nil if no pages are asked for.
    let digest: LDAPSearchDigest?
    let userKeys: [LDAPUserKey]?
    let groupKeys: [LDAPGroupKey]?
    /// How many users are found in an index within one read, at least: twice as many with each read, since the filter keeps few
    /// where one has not been enough.
    var found = 32
    /// The most entries to show.
    let limit: Int
    /// Whether it is the client that takes no more, of all pages together, and not the server that gives no more at once.
    let isBounded: Bool
    /// How long it may take.
    var time: Duration
    /// How many bytes of entries one step finds before it ends with the entry at hand, where it may be made in steps.
    var stepBytes = 1_048_576
    /// How many members of groups may be held at once, to be put into the order of users; where there are more, everybody is
    /// gone through instead.
    var heldMembers = 5_000

    /// Plans a search.
    ///
    /// - Throws: ``LDAPResult`` where the base is no name or names nothing, a control cannot be done, or nobody has bound.
    init(
        _ search: LDAPSearch,
        id: Int,
        controls: [LDAPControl],
        by caller: Principal?,
        in tree: LDAPTree
    ) throws(LDAPResult) {
        self.id = id
        let container = tree.container(search.base)
        guard let name = container?.name ?? DistinguishedName(search.base) else {
            throw LDAPResult(.invalidDNSyntax, "the base is no distinguished name")
        }
        self.controls = try LDAPControls(controls, forSearch: true)
        baseName = name
        base = if let container { container.place } else { try tree.place(of: name) }
        scope = search.scope
        // Before anything is made of the filter: values are dear to read, and strangers' are not worth it.
        guard caller != nil || Self.isPublic(base, scope) else {
            throw LDAPResult(.insufficientAccessRights, "bind first")
        }
        guard caller != nil || Self.isQuick(search) else {
            throw LDAPResult(
                .adminLimitExceeded,
                "before a bind a filter has at most \(LDAPLimits.quickFilterBytes) bytes"
            )
        }
        // The root is no entry of the tree, and what lies below it is asked for by its own name.
        guard base != .root || scope != .subtree else { throw LDAPResult(.noSuchObject) }
        condition = LDAPCondition(search.filter)
        guard condition.count(of: Self.goesThroughMembers) <= Self.maximumMemberTerms else {
            throw LDAPResult(
                .adminLimitExceeded,
                "a filter asks at most \(Self.maximumMemberTerms) times which members a group has; whether somebody is one "
                    + "of them may be asked more often"
            )
        }
        selection = LDAPSelection(search.attributes, typesOnly: search.typesOnly)
        digest =
            self.controls.page == nil
            ? nil : LDAPSearchDigest(search, by: caller, sortedBy: self.controls.sort)
        userKeys = condition.userKeys(in: tree)?.distinct(by: \.mark)
        groupKeys = condition.groupKeys(in: tree)?.distinct(by: \.mark)
        isBounded = search.sizeLimit > 0 && search.sizeLimit < Self.maximumEntries
        limit = isBounded ? search.sizeLimit : Self.maximumEntries
        let seconds = Duration.seconds(search.timeLimit)
        time = seconds > .zero && seconds < Self.maximumTime ? seconds : Self.maximumTime
    }

    /// Whether the filter is read in no time worth speaking of.
    static func isQuick(_ search: LDAPSearch) -> Bool {
        search.filterBytes.count <= LDAPLimits.quickFilterBytes
    }

    /// Whether anybody may ask: for the root and the schema, before it is known who does.
    private static func isPublic(_ base: LDAPTree.Place, _ scope: LDAPSearch.Scope) -> Bool {
        scope == .base && (base == .root || base == .schema)
    }

    /// How many users one look finds in an index, where there is room for so many entries.
    func found(for room: Int) -> Int { min(Self.mostFound, max(room + 1, found)) }

    /// How many of all users are looked at within one read, where there is room for so many entries.
    func block(for room: Int, in tree: LDAPTree) -> Int {
        // Of most that are looked at nothing may be shown, unless the filter takes everybody.
        guard condition.truth(ofAny: .user, suffix: tree.suffix) == .isTrue else {
            return Self.block
        }
        guard controls.sort == nil else { return Self.block }
        // By one more than there is room for it is known whether there is another page.
        return room > Self.shownBlock ? Self.shownBlock : max(room + 1, min(found, Self.shownBlock))
    }

    /// Has the next read find more.
    mutating func lookFurther() { found = min(2 * found, Self.mostFound) }

    /// Whether the client wants no more pages, and is told that there are none (RFC 2696 section 3).
    var givesPagesUp: Bool {
        controls.page.map { $0.size == 0 && !$0.cookie.isEmpty } ?? false
    }

    /// Whether all that it looks at is found by few look-ups in an index.
    var isShort: Bool {
        guard controls.sort == nil, !needsMembers, !isDear else { return false }
        switch (base, scope) {
        case (_, .base), (.user, _), (.group, _), (.schema, _): return true
        case (.root, _): return true
        default:
            guard let userKeys, userKeys.count <= Self.quickKeys, groupsAreFew else { return false }
            var mails = 0
            for key in userKeys {
                switch key {
                case .reference: break
                case .mail: mails += 1
                case .group, .changed, .beginning, .containing: return false
                }
            }
            return mails <= 1
        }
    }

    /// Whether it looks for those who have some texts and for nobody else, who may be so few that an index tells at once.
    var mayBeShort: Bool {
        guard controls.sort == nil, !needsMembers, !isDear, groupsAreFew, let userKeys,
            userKeys.count == 1
        else { return false }
        if case .containing = userKeys[0] { return true }
        return false
    }

    /// Whether its groups, if it is about any, are found by few look-ups.
    private var groupsAreFew: Bool {
        base == .people || groupKeys.map { $0.count <= Self.quickKeys } ?? false
    }

    /// Whether it takes long to hold the filter against one entry, however soon that is found; those of the server's own entries are
    /// short, or read once.
    private var isDear: Bool {
        guard base != .root, base != .schema else { return false }
        return condition.names(Self.longValues) || condition.goesThrough([.memberOf])
            || condition.textTerms > Self.quickTerms
    }

    /// Whether a question is one for which members are gone through.
    private static func goesThroughMembers(_ attribute: LDAPAttribute, _ test: LDAPTest) -> Bool {
        if case .equal = test { return false }
        return members.contains(attribute)
    }

    /// Whether the members of groups are shown, or gone through for the filter.
    private var needsMembers: Bool {
        let members = Self.members
        guard condition.truth(ofAny: .group, suffix: baseName) != .isFalse else { return false }
        guard base != .people, groupKeys?.isEmpty != true else { return false }
        return condition.goesThrough(members)
            || selection.wants(oneOf: members, of: .group)
    }

    /// Whether what is known of users as persons is asked about, or shown.
    var needsPersons: Bool {
        selection.wants(oneOf: LDAPPerson.attributes, of: .user)
            || condition.names(LDAPPerson.attributes)
    }

    /// What is read of users beside their own records.
    var parts: UserParts {
        var parts: UserParts = []
        // Of a group's members it is known that they are in it.
        var known = 0
        if let userKeys, userKeys.count == 1, case .group = userKeys[0] { known = 1 }
        let asked = condition.count { attribute, _ in attribute == .memberOf }
        if asked > known || selection.wants(.memberOf, of: .user) { parts.insert(.groups) }
        if needsPersons || needsKeys { parts.insert(.holdings) }
        return parts
    }

    /// Whether it is asked about, or shown, when passwords were set.
    var needsPasswordTimes: Bool {
        let times: LDAPAttributeSet = [.pwdChangedTime]
        return selection.wants(oneOf: times, of: .user) || condition.names(times)
    }

    /// Whether public keys of users are asked about, or shown.
    var needsKeys: Bool {
        selection.wants(oneOf: [.sshPublicKey], of: .user) || condition.names([.sshPublicKey])
    }

    /// Whether a part of the tree is looked at.
    func covers(_ part: LDAPPosition.Part) -> Bool {
        switch (base, part) {
        case (.suffix, .suffix): scope != .oneLevel
        case (.suffix, .people), (.suffix, .groups): scope != .base
        case (.suffix, .user), (.suffix, .group): scope == .subtree
        case (.people, .people), (.groups, .groups): scope != .oneLevel
        case (.people, .user), (.groups, .group): scope != .base
        // A search one level below the root asks where the tree begins.
        case (.root, .suffix): scope == .oneLevel
        default: false
        }
    }
}
