import MusterCore

extension MemoryTransaction {
    func loginFacts(
        of reference: UserReference,
        from sources: [LoginSource]
    ) throws(MusterError) -> LoginFacts? {
        guard let user = try user(reference) else { return nil }
        return LoginFacts(
            user: user,
            password: try password(of: user.id),
            records: try sources.map { source throws(MusterError) in
                try loginSource(source, of: user.id)
            },
            hasFactor: try hasFactor(user.id)
        )
    }

    func loginSource(
        _ source: LoginSource,
        of user: UserID
    ) throws(MusterError) -> LoginSourceRecord {
        state.loginSources[user]?[source] ?? LoginSourceRecord()
    }

    func loginSources(
        of user: UserID
    ) throws(MusterError) -> [(source: LoginSource, record: LoginSourceRecord)] {
        state.loginSources[user, default: [:]].map { ($0.key, $0.value) }
    }

    func replaceLoginSource(
        _ source: LoginSource,
        of user: UserID,
        with record: LoginSourceRecord
    ) throws(MusterError) {
        state.loginSources[user, default: [:]][source] = record
    }

    func forgetLoginSource(_ source: LoginSource, of user: UserID) throws(MusterError) {
        state.loginSources[user]?[source] = nil
    }

    func forgetLoginFailures(of user: UserID) throws(MusterError) {
        state.loginSources[user] = state.loginSources[user]?.compactMapValues { record in
            record.isFamiliar ? LoginSourceRecord(lastSuccess: record.lastSuccess) : nil
        }
    }

    func forgetLoginFailures(outside period: ClosedRange<Timestamp>) throws(MusterError) {
        state.loginSources = state.loginSources.mapValues { sources in
            sources.filter { source in
                source.value.isFamiliar || source.value.lastFailure.map(period.contains) ?? true
            }
        }
    }

    func countRefusal(
        from source: LoginSource,
        in minute: Timestamp
    ) throws(MusterError) -> Int {
        let key = RefusalKey(minute: minute, source: source)
        state.refusals[key, default: 0] += 1
        return state.refusals[key, default: 0]
    }

    func refusals(
        from source: LoginSource,
        in minute: Timestamp
    ) throws(MusterError) -> Int {
        state.refusals[RefusalKey(minute: minute, source: source)] ?? 0
    }

    func takeRefusals(
        before limit: Timestamp,
        orAfter horizon: Timestamp,
        most: Int
    ) throws(MusterError) -> [(source: LoginSource, minute: Timestamp, count: Int)] {
        let taken = state.refusals.filter { $0.key.minute < limit || $0.key.minute > horizon }
            .sorted { ($0.key.minute, $0.key.source.text) < ($1.key.minute, $1.key.source.text) }
            .prefix(most)
        for (key, _) in taken { state.refusals[key] = nil }
        return taken.map { ($0.key.source, $0.key.minute, $0.value) }
    }

    func sentCodes(
        _ filter: SentCodeFilter,
        after start: Timestamp,
        upTo end: Timestamp,
        limit: Int
    ) throws(MusterError) -> [SentCode] {
        let matching = state.sentCodes.reversed().filter { code in
            let isMeant =
                switch filter {
                case .recipient(let recipient): code.recipient == recipient
                case .user(let user): code.user == user
                case .channel(let channel): code.channel == channel
                }
            return isMeant && code.at > start && code.at <= end
        }
        return Array(matching.sorted { $0.at > $1.at }.prefix(limit))
    }

    func noteSentCode(_ code: SentCode) throws(MusterError) {
        state.sentCodes.append(code)
    }

    func forgetSentCode(_ code: SentCode) throws(MusterError) {
        state.sentCodes.removeAll { $0 == code }
    }

    func forgetSentCodes(before limit: Timestamp) throws(MusterError) {
        state.sentCodes.removeAll { $0.at < limit }
    }
}

/// The minute and source of refused attempts.
struct RefusalKey: Hashable, Sendable {
    let minute: Timestamp
    let source: LoginSource
}
