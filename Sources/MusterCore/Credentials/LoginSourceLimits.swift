/// How many sources of one account are kept, so that no crowd of addresses fills the store.
///
/// Each kind of source has bounds of its own. Where people come from is counted by network, and beyond the bound by
/// neighbourhood, so that a crowd of networks makes none of them be forgotten; what askers do is pushed out by no
/// stranger.
public enum LoginSourceLimits {
    /// Sources of one kind from which the account has been signed in to.
    public static let familiar = 32
    /// Sources of one kind from which logins have only failed.
    public static let failing = 96
}

extension LoginSource {
    /// What tells which sources are bounded together.
    enum Kind: Hashable {
        /// Networks, and hosts by name.
        case place
        /// Neighbourhoods of places.
        case neighbourhood
        /// What callers ask for somebody in a network.
        case question
        /// Callers that guess at a password.
        case asker
        /// Places at clients of RADIUS, as callers name them.
        case radius
        /// Clients of RADIUS, where they have too many places.
        case radiusClient
        /// What there is one of: the machine itself, and those without address.
        case single
    }

    /// Of which kind it is.
    var kind: Kind {
        let bytes = text.utf8
        if bytes.starts(with: "radius ".utf8) { return .radius }
        if bytes.starts(with: "near radius ".utf8) { return .radiusClient }
        if bytes.starts(with: "near ".utf8) { return .neighbourhood }
        if bytes.starts(with: "by ".utf8) { return asksInNetwork ? .question : .asker }
        let isSingle = self == .unaddressed || self == LoginSource(SourceNetwork(of: nil))
        return isSingle ? .single : .place
    }

    private var asksInNetwork: Bool { text.utf8.count { $0 == UInt8(ascii: " ") } > 1 }

    /// Who asks, as a part of the text; the same for all else.
    var asker: ArraySlice<UInt8>? {
        let words: Int
        switch kind {
        case .question, .radius: words = 1
        case .radiusClient: words = 2
        default: return nil
        }
        return Array(text.utf8).split(separator: UInt8(ascii: " ")).dropFirst(words).first
    }
}

extension DirectoryReader {
    /// What counts for whoever comes from a source: what is kept of it or, where nothing is, of its neighbourhood.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func standing(
        of source: LoginSource,
        about user: UserID
    ) throws(MusterError) -> LoginSourceRecord {
        let own = try loginSource(source, of: user)
        guard own == LoginSourceRecord(), let near = source.neighbourhood else { return own }
        return try loginSource(LoginSource(stored: near), of: user)
    }
}

extension DirectoryTransaction {
    /// Keeps that an account was signed in to from a source, which it may have been before.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func noteSuccess(
        of user: UserID,
        from source: LoginSource,
        isFamiliar: Bool,
        at now: Timestamp
    ) throws(MusterError) {
        if !isFamiliar {
            let known = try loginSources(of: user).filter {
                $0.record.isFamiliar && $0.source.kind == source.kind
            }
            if known.count >= LoginSourceLimits.familiar,
                let gone = LoginSourceLimits.first(of: known, at: now, \.lastSuccess)
            {
                try forgetLoginSource(gone, of: user)
            }
        }
        try replaceLoginSource(source, of: user, with: LoginSourceRecord(lastSuccess: now))
    }

    /// Where a failure from a source counts; nil if so many others have failed that it is not kept.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func placeOfFailure(
        from source: LoginSource,
        of user: UserID,
        _ rule: LockoutRule,
        at now: Timestamp
    ) throws(MusterError) -> LoginSource? {
        guard try loginSource(source, of: user) == LoginSourceRecord() else { return source }
        let near = source.neighbourhood.map { LoginSource(stored: $0) }
        if let near, let last = try loginSource(near, of: user).lastFailure,
            rule.isRunning(since: last, at: now)
        {
            return near
        }
        if try makeRoom(for: source, of: user, rule, at: now) { return source }
        guard let near, try makeRoom(for: near, of: user, rule, at: now) else { return nil }
        return near
    }

    /// Makes room for one more source from which logins fail; whether there is.
    ///
    /// What was stamped while the clock was ahead goes first, then what closes nothing any more. Places whose failures
    /// still count stay; of the others the oldest goes that closes nothing.
    private func makeRoom(
        for source: LoginSource,
        of user: UserID,
        _ rule: LockoutRule,
        at now: Timestamp
    ) throws(MusterError) -> Bool {
        let kind = source.kind
        guard kind != .single else { return true }
        var kept: [LoginSourceLimits.Entry] = []
        for entry in try loginSources(of: user)
        where !entry.record.isFamiliar && entry.source.kind == kind {
            if entry.record.lastFailure?.isFuture(at: now) == true {
                try forgetLoginSource(entry.source, of: user)
            } else {
                kept.append(entry)
            }
        }
        guard kept.count >= LoginSourceLimits.failing else { return true }
        let over = kept.filter { entry in
            entry.record.lastFailure.map { !rule.isRunning(since: $0, at: now) } ?? true
        }
        var gone = LoginSourceLimits.first(of: over, at: now, \.lastFailure)
        if gone == nil, kind == .radius || kind == .radiusClient {
            gone = LoginSourceLimits.ofLargest(kept, beside: source, at: now)
        }
        if gone == nil, kind != .place, kind != .radius {
            let open = kept.filter { $0.record.failureCount <= LockoutRule.maximumFailures }
            gone = LoginSourceLimits.first(of: open, at: now, \.lastFailure)
        }
        // Askers are callers who have come in, and each of them goes on being counted.
        if gone == nil, kind == .question || kind == .asker {
            gone = LoginSourceLimits.first(of: kept, at: now, \.lastFailure)
        }
        guard let gone else { return false }
        try forgetLoginSource(gone, of: user)
        return true
    }

    /// Counts a failed login of a user.
    func countFailure(
        of user: UserID,
        from source: LoginSource,
        _ access: DirectoryAccess
    ) throws(MusterError) {
        guard let known = try self.user(.id(user)) else { return }
        let (rule, now) = (access.rules.lockout, access.clock.now())
        let place = try placeOfFailure(from: source, of: user, rule, at: now)
        let before =
            try place.map { place throws(MusterError) in try loginSource(place, of: user) }
            ?? LoginSourceRecord()
        let (record, after) = rule.afterFailure(known.logins, before, at: now)
        try updateLogins(of: user, to: record)
        if let place { try replaceLoginSource(place, of: user, with: after) }
    }

    /// Forgets the failed logins since the last success, from wherever they came; the total stays.
    func unlockPassword(of user: User) throws(MusterError) {
        guard user.logins.failureCount != 0 || user.logins.lastClosing != nil else { return }
        var record = user.logins
        record.failureCount = 0
        record.lastClosing = nil
        try updateLogins(of: user.id, to: record)
        try forgetLoginFailures(of: user.id)
    }
}

extension LoginSourceLimits {
    fileprivate typealias Entry = (source: LoginSource, record: LoginSourceRecord)

    /// What a caller that asks takes from the one that has the most places; nil if none has more than itself.
    fileprivate static func ofLargest(
        _ entries: [Entry],
        beside source: LoginSource,
        at now: Timestamp
    ) -> LoginSource? {
        let counts = Dictionary(grouping: entries) { $0.source.asker }.mapValues(\.count)
        let own = counts[source.asker] ?? 0
        guard let most = counts.values.max(), most > own else { return nil }
        return first(of: entries, at: now, \.lastFailure)
    }

    /// Which of some sources is forgotten first: of the asker that has the most the one whose time is in the future, or
    /// else the oldest.
    fileprivate static func first(
        of entries: [Entry],
        at now: Timestamp,
        _ time: (LoginSourceRecord) -> Timestamp?
    ) -> LoginSource? {
        let groups = Dictionary(grouping: entries) { $0.source.asker }
        let largest = groups.values.max { $0.count < $1.count } ?? []
        func age(_ entry: Entry) -> Timestamp {
            guard let stamp = time(entry.record), !stamp.isFuture(at: now) else {
                return Timestamp(rawValue: .min)
            }
            return stamp
        }
        return largest.min { age($0) < age($1) }?.source
    }
}
