import FoundationEssentials
import LDAPWire
import MusterCore
import TextBytes

/// What one read has found for a search.
struct LDAPSearchStep: Sendable {
    /// An entry that was found.
    struct Found: Sendable {
        let position: LDAPPosition
        /// What it is sorted by.
        let key: [UInt8]
        /// Where its bytes end; they begin where those of the one before do.
        let end: Int
    }

    /// The entries.
    var found: [Found] = []
    /// Their bytes, as answers, one behind the other.
    var bytes: [UInt8] = []
    /// After which entry to go on; nil at the end.
    var next: LDAPPosition?
    /// Whether there was no room for one more that the search wants.
    var isFull = false
    /// Whether there is more to look at than was allowed, so that nothing of this counts.
    var isTooLong = false

    /// The entries, each with its bytes alone.
    var entries: [(position: LDAPPosition, key: [UInt8], bytes: [UInt8])] {
        var start = 0
        return found.map { one in
            defer { start = one.end }
            return (one.position, one.key, Array(bytes[start..<one.end]))
        }
    }
}

extension LDAPEntryView {
    /// Looks at the next entries of a search.
    ///
    /// - Parameters:
    ///   - job: The search.
    ///   - position: After which entry to begin; nil at the beginning.
    ///   - room: How many entries there is room for; with none it is found out whether there is one.
    /// - Returns: What was found; nil if there is no base that the caller sees.
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func step(
        of job: LDAPSearchJob,
        behind position: LDAPPosition?,
        room: Int
    ) throws(MusterError) -> LDAPSearchStep? {
        parts = job.parts
        var writer = LDAPEntryWriter(to: job.id, typesOnly: job.selection.typesOnly)
        guard var step = try step(of: job, behind: position, room: room, to: &writer) else {
            return nil
        }
        step.bytes = writer.bytes
        return step
    }

    private func step(
        of job: LDAPSearchJob,
        behind position: LDAPPosition?,
        room: Int,
        to writer: inout LDAPEntryWriter
    ) throws(MusterError) -> LDAPSearchStep? {
        var step = LDAPSearchStep()
        if let entries = try ownEntries(of: job) {
            // Whoever has more time finds it, or finds that there is none.
            guard entries != nil || isTooLong else { return nil }
            try show(entries ?? [], of: job, room: room, in: &step, to: &writer)
            step.isTooLong = isTooLong
            return step
        }
        for part in [LDAPPosition.Part.suffix, .people, .groups, .user, .group]
        where job.covers(part) {
            if let position, position.part.rawValue > part.rawValue { continue }
            // What holds for no entry of a kind is not asked of each, however dear its first part is.
            let truth = job.condition.truth(ofAny: part.kind, suffix: tree.suffix)
            guard truth == nil || truth == .isTrue else { continue }
            let behind = position?.part == part ? position : nil
            let isWhole = try show(
                part,
                of: job,
                behind: behind,
                room: room,
                in: &step,
                to: &writer
            )
            step.isTooLong = isTooLong
            guard isWhole else {
                if step.isFull, step.next == nil { step.next = position }
                return step
            }
        }
        return step
    }

    /// The one entry that the search is about, by its base; `.some(nil)` if there is none; nil if it is about more.
    private func ownEntries(
        of job: LDAPSearchJob
    ) throws(MusterError) -> [(LDAPPosition, LDAPEntry)]?? {
        let isSingle =
            switch job.base {
            case .user, .group, .schema: true
            case .root: job.scope == .base
            case .suffix, .people, .groups: job.scope == .base
            }
        guard isSingle else { return nil }
        guard let entry = try entry(at: job.base) else { return .some(nil) }
        return job.scope == .oneLevel ? [] : [(LDAPPosition(part: .suffix), entry)]
    }

    /// Shows a part of the tree, or a block of it.
    ///
    /// - Returns: Whether it was gone through to its end.
    private func show(
        _ part: LDAPPosition.Part,
        of job: LDAPSearchJob,
        behind: LDAPPosition?,
        room: Int,
        in step: inout LDAPSearchStep,
        to writer: inout LDAPEntryWriter
    ) throws(MusterError) -> Bool {
        var entries: [(LDAPPosition, LDAPEntry)] = []
        var last: LDAPPosition?
        switch part {
        case .suffix, .people, .groups:
            let entry: LDAPEntry =
                switch part {
                case .people: .people
                case .groups: .groups
                default: .suffix
                }
            entries = behind == nil ? [(LDAPPosition(part: part), entry)] : []
        case .user:
            let page = try users(of: job, behind: behind, room: room - step.found.count)
            // Nothing of it counts: whoever has more time begins again.
            guard !isTooLong else { return false }
            // Where there are many, all of them at once.
            if page.users.count > 1, job.needsPersons || job.needsKeys {
                try readAhead(of: page.users, withKeys: job.needsKeys)
            }
            if page.users.count > 1, job.needsPasswordTimes {
                try readPasswordTimes(of: page.users)
            }
            entries = page.users.map {
                (LDAPPosition(part: .user, number: $0.id.rawValue), .user($0))
            }
            last = page.last.map { LDAPPosition(part: .user, number: $0.rawValue) }
        case .group:
            entries = try groups(of: job).map { group in
                (
                    LDAPPosition(part: .group, number: group.group.id.rawValue),
                    .group(group.group, name: group.name)
                )
            }
        }
        if let behind { entries.removeAll { $0.0 <= behind } }
        let isFull = try show(entries, of: job, room: room, in: &step, to: &writer)
        if isFull { return false }
        step.next = last
        return last == nil
    }

    /// Shows those of some entries that the search wants, as long as there is room.
    ///
    /// - Returns: Whether there was no room for one of them; the search goes on with it then.
    @discardableResult
    private func show(
        _ entries: [(LDAPPosition, LDAPEntry)],
        of job: LDAPSearchJob,
        room: Int,
        in step: inout LDAPSearchStep,
        to writer: inout LDAPEntryWriter
    ) throws(MusterError) -> Bool {
        var shown: LDAPShown?
        var known: (kind: LDAPEntry.Kind, truth: LDAPTruth?)?
        for (position, entry) in entries {
            // Nothing of it counts.
            guard !isTooLong else { return true }
            if known?.kind != entry.kind {
                known = (
                    entry.kind,
                    job.condition.truth(ofAny: entry.kind, suffix: tree.suffix)
                )
            }
            let truth =
                if let known = known?.truth { known } else {
                    try self.truth(of: job.condition, entry)
                }
            guard truth == .isTrue else { continue }
            guard step.found.count < room, isQuick || writer.count < job.stepBytes else {
                step.next = step.found.last?.position
                step.isFull = true
                return true
            }
            let attributes =
                if let shown, shown.kind == entry.kind { shown } else {
                    LDAPShown(job.selection, of: entry.kind, by: self.entries)
                }
            shown = attributes
            try write(entry, attributes, to: &writer)
            // What is long is made where others do not wait for it.
            if isQuick, writer.count > ListShares.free { isTooLong = true }
            let key =
                try job.controls.sort.map { sort throws(MusterError) in
                    try values(of: sort.attribute, entry).first.flatMap { LDAPValue.folded($0) }
                        ?? []
                } ?? []
            step.found.append(.init(position: position, key: key, end: writer.count))
        }
        return false
    }

    private func users(
        of job: LDAPSearchJob,
        behind: LDAPPosition?,
        room: Int
    ) throws(MusterError) -> (users: [User], last: UserID?) {
        let after = behind.map { UserID(rawValue: $0.number) }
        guard let keys = job.userKeys else {
            let block = job.block(for: room, in: tree)
            return try entries.users(after: after, limit: block, with: parts)
        }
        if keys.count == 1, case .reference(let reference) = keys[0] {
            let user = try entries.user(reference, with: parts)
            return (user.map { [$0] } ?? [], nil)
        }
        if keys.count == 1, case .group(let name) = keys[0] {
            guard let group = try group(called: name) else { return ([], nil) }
            listedGroup = group.id
            return try entries.users(
                after: after,
                limit: job.found(for: room),
                of: group.id,
                with: parts
            )
        }
        if keys.count == 1, case .changed(let moment) = keys[0] {
            return try entries.users(
                after: after,
                limit: job.found(for: room),
                changedSince: moment,
                with: parts
            )
        }
        if keys.contains(where: \.isText) {
            guard isQuick else {
                return try users(having: keys, after: after, limit: job.found(for: room))
            }
            guard let few = try fewUsers(having: keys) else {
                isTooLong = true
                return ([], nil)
            }
            return (few, nil)
        }
        if try countMembers(of: keys) > job.heldMembers {
            return try entries.users(after: after, limit: LDAPSearchJob.block, with: parts)
        }
        var users: [UserID: User] = [:]
        for key in keys {
            switch key {
            case .reference(let reference):
                if let user = try entries.user(reference, with: parts) { users[user.id] = user }
            case .mail(let mail):
                let found = try entries.users(withMail: mail, limit: mailLimit, with: parts)
                if !found.isWhole, mailLimit < UserQuery.maximumLimit {
                    isTooLong = true
                    return ([], nil)
                }
                for user in found.users { users[user.id] = user }
            case .group(let name):
                guard let group = try group(called: name) else { continue }
                try eachPage(ofMembersOf: group, with: parts) {
                    for user in $0 { users[user.id] = user }
                }
            case .changed, .beginning, .containing: break
            }
        }
        return (users.values.sorted { $0.id < $1.id }, nil)
    }

    /// How many users the groups among some keys have together.
    private func countMembers(of keys: [LDAPUserKey]) throws(MusterError) -> Int {
        var count = 0
        for case .group(let name) in keys { count += try group(called: name)?.userCount ?? 0 }
        return count
    }

    /// Those who have the texts of a key, if they are few and an index tells so at once; nil otherwise.
    private func fewUsers(having keys: [LDAPUserKey]) throws(MusterError) -> [User]? {
        guard keys.count == 1, case .containing(let clues) = keys[0] else { return nil }
        return try entries.fewUsers(
            withClues: clues,
            limit: LDAPSearchJob.quickTexts,
            with: parts
        )
    }

    /// The next who have any of some texts, so many at most, as far as each of them was looked for.
    private func users(
        having keys: [LDAPUserKey],
        after: UserID?,
        limit: Int
    ) throws(MusterError) -> (users: [User], last: UserID?) {
        var users: [User] = []
        var end: UserID?
        for key in keys {
            let looks: [EntryReader.Look] =
                switch key {
                case .beginning(let head): LDAPTextLook.texts(of: head).map { .beginning($0) }
                case .containing(let clues): [.clues(clues)]
                case .reference, .mail, .group, .changed: []
                }
            for look in looks {
                let page = try entries.users(
                    after: after,
                    limit: limit,
                    who: look,
                    with: parts
                )
                let known = Set(users.map(\.id))
                users += page.users.filter { !known.contains($0.id) }
                users.sort { $0.id < $1.id }
                // Behind whom one look has ended others have nobody to be held for.
                if let last = page.last { end = end.map { min($0, last) } ?? last }
                if let end { users.removeAll { $0.id > end } }
                guard users.count > limit else { continue }
                users.removeLast(users.count - limit)
                end = users.last?.id
            }
        }
        return (users, end)
    }

    private func groups(
        of job: LDAPSearchJob
    ) throws(MusterError) -> [(group: Group, name: String)] {
        guard let keys = job.groupKeys else {
            return [try everyone()] + (try entries.groups().map { ($0, $0.name) })
        }
        var groups: [Int64: (group: Group, name: String)] = [:]
        for key in keys {
            switch key {
            case .reference(.name(let name)):
                let found = try self.groups(named: name)
                for group in found { groups[group.id.rawValue] = (group, group.name) }
                // The one that everybody is in; the condition is asked whether it is meant.
                if !found.contains(where: { $0.name.hasSameFoldedBytes(as: name) }) {
                    groups[0] = try everyone()
                }
            case .reference(let reference):
                if let group = try entries.group(reference) {
                    groups[group.id.rawValue] = (group, group.name)
                } else {
                    // The one that everybody is in; the condition is asked whether it is meant.
                    groups[0] = try everyone()
                }
            case .member(let reference):
                guard let user = try entries.user(reference, with: .groups) else { continue }
                for group in try entries.groups(of: user) {
                    groups[group.id.rawValue] = (group, group.name)
                }
            }
        }
        return groups.sorted { $0.key < $1.key }.map(\.value)
    }
}
