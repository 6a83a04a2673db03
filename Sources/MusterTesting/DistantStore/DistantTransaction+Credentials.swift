import MusterCore

extension DistantTransaction {
    func loginFacts(
        of reference: UserReference,
        from sources: [LoginSource]
    ) throws(MusterError) -> LoginFacts? {
        try trip { () throws(MusterError) in try inner.loginFacts(of: reference, from: sources) }
    }

    func loginSource(
        _ source: LoginSource,
        of user: UserID
    ) throws(MusterError) -> LoginSourceRecord {
        try trip { () throws(MusterError) in try inner.loginSource(source, of: user) }
    }

    func loginSources(
        of user: UserID
    ) throws(MusterError) -> [(source: LoginSource, record: LoginSourceRecord)] {
        try trip { () throws(MusterError) in try inner.loginSources(of: user) }
    }

    func replaceLoginSource(
        _ source: LoginSource,
        of user: UserID,
        with record: LoginSourceRecord
    ) throws(MusterError) {
        try trip { () throws(MusterError) in
            try inner.replaceLoginSource(source, of: user, with: record)
        }
    }

    func forgetLoginSource(_ source: LoginSource, of user: UserID) throws(MusterError) {
        try trip { () throws(MusterError) in try inner.forgetLoginSource(source, of: user) }
    }

    func forgetLoginFailures(of user: UserID) throws(MusterError) {
        try trip { () throws(MusterError) in try inner.forgetLoginFailures(of: user) }
    }

    func forgetLoginFailures(outside period: ClosedRange<Timestamp>) throws(MusterError) {
        try trip { () throws(MusterError) in try inner.forgetLoginFailures(outside: period) }
    }

    func countRefusal(from source: LoginSource, in minute: Timestamp) throws(MusterError) -> Int {
        try trip { () throws(MusterError) in try inner.countRefusal(from: source, in: minute) }
    }

    func refusals(from source: LoginSource, in minute: Timestamp) throws(MusterError) -> Int {
        try trip { () throws(MusterError) in try inner.refusals(from: source, in: minute) }
    }

    func takeRefusals(
        before limit: Timestamp,
        orAfter horizon: Timestamp,
        most: Int
    ) throws(MusterError) -> [(source: LoginSource, minute: Timestamp, count: Int)] {
        try trip { () throws(MusterError) in
            try inner.takeRefusals(before: limit, orAfter: horizon, most: most)
        }
    }

    func password(of user: UserID) throws(MusterError) -> StoredPassword? {
        try trip { () throws(MusterError) in try inner.password(of: user) }
    }

    func passwordHolder(_ user: UserID) throws(MusterError) -> PasswordHolder? {
        try trip { () throws(MusterError) in try inner.passwordHolder(user) }
    }

    func formerPasswords(of user: UserID) throws(MusterError) -> [PasswordHash] {
        try trip { () throws(MusterError) in try inner.formerPasswords(of: user) }
    }

    func passwordHashes(
        after user: UserID?,
        limit: Int
    ) throws(MusterError) -> [(user: UserID, hash: PasswordHash)] {
        try trip { () throws(MusterError) in try inner.passwordHashes(after: user, limit: limit) }
    }

    func replacePassword(of user: UserID, with password: StoredPassword) throws(MusterError) {
        try trip { () throws(MusterError) in try inner.replacePassword(of: user, with: password) }
    }

    func stampPassword(of user: UserID, at moment: Timestamp) throws(MusterError) {
        try trip { () throws(MusterError) in
            try inner.stampPassword(of: user, at: moment)
        }
    }

    func rehashPassword(
        of user: UserID,
        from former: PasswordHash,
        to hash: PasswordHash
    ) throws(MusterError) {
        try trip { () throws(MusterError) in
            try inner.rehashPassword(of: user, from: former, to: hash)
        }
    }

    func sentCodes(
        _ filter: SentCodeFilter,
        after start: Timestamp,
        upTo end: Timestamp,
        limit: Int
    ) throws(MusterError) -> [SentCode] {
        try trip { () throws(MusterError) in
            try inner.sentCodes(filter, after: start, upTo: end, limit: limit)
        }
    }

    func noteSentCode(_ code: SentCode) throws(MusterError) {
        try trip { () throws(MusterError) in try inner.noteSentCode(code) }
    }

    func forgetSentCode(_ code: SentCode) throws(MusterError) {
        try trip { () throws(MusterError) in try inner.forgetSentCode(code) }
    }

    func forgetSentCodes(before limit: Timestamp) throws(MusterError) {
        try trip { () throws(MusterError) in try inner.forgetSentCodes(before: limit) }
    }

    func verificationCode(of user: UserID) throws(MusterError) -> VerificationCode? {
        try trip { () throws(MusterError) in try inner.verificationCode(of: user) }
    }

    func replaceVerificationCode(of user: UserID, with code: VerificationCode) throws(MusterError) {
        try trip { () throws(MusterError) in try inner.replaceVerificationCode(of: user, with: code)
        }
    }

    func deleteVerificationCode(of user: UserID) throws(MusterError) {
        try trip { () throws(MusterError) in try inner.deleteVerificationCode(of: user) }
    }
}
