import FoundationEssentials
import LDAPWire
import MusterCore

/// Makes searches: within one read where an index finds all, and in steps otherwise.
struct LDAPSearcher: Sendable {
    let entries: EntryService
    let tree: LDAPTree
    let settings: LDAPSettings
    let digester: any Digester
    /// Room for what sorted searches hold until all of it was found, shared by callers as room for what is arriving is: one
    /// has an eighth of it at most, all of them together half.
    var sorted = ArrivalBudget(536_870_912, always: 1_048_576)

    /// In which callers take turns with what looks through much of the directory, as over HTTP.
    var turns = SearchTurns.users

    /// The places of long answers, which are held until their reader has taken them, as over HTTP.
    var shares = ListShares.shared

    /// Sends bytes to the client, and returns when there is room for more.
    typealias Send = @Sendable ([UInt8]) async throws -> Void

    /// Answers a search at once.
    ///
    /// - Returns: All of the answer; nil if the search takes longer, or the store is elsewhere.
    func answerNow(_ job: LDAPSearchJob, by caller: Principal?) -> [UInt8]? {
        guard job.isShort || job.mayBeShort else { return nil }
        do throws(LDAPResult) {
            if job.givesPagesUp { return end(of: job, shown: 0, LDAPSearchStep()) }
            let start = try start(of: job)
            let room = try room(of: job, after: start)
            let step: LDAPSearchStep?? = try LDAPResult.translatingNow { () throws(MusterError) in
                try entries.lookNow(by: caller) { reader throws(MusterError) in
                    try LDAPEntryView(reader, tree, settings, isQuick: true).step(
                        of: job,
                        behind: start?.position,
                        room: room
                    )
                }
            }
            guard let step else { return nil }
            guard let step else { throw tree.missing(job.baseName) }
            // What is long waits for its reader, and takes a place for that.
            guard !step.isTooLong, step.bytes.count <= ListShares.free else { return nil }
            let shown = (start?.shown ?? 0) + step.found.count
            return step.bytes + end(of: job, shown: shown, step)
        } catch {
            return LDAPAnswers.result(.search, to: job.id, error)
        }
    }

    /// Makes a search in steps, each of which admits the caller again.
    ///
    /// - Returns: What has to be sent at last.
    func answer(
        _ job: LDAPSearchJob,
        by caller: Principal?,
        _ send: Send
    ) async throws -> [UInt8] {
        do {
            guard job.controls.sort != nil else {
                return try await answerInOrder(job, by: caller, send)
            }
            // Of a hundred thousand it takes long to say which comes first.
            let lane = caller.map { ListThreads.shared.lane(for: $0.payer) }
            return try await PreferredExecutor.run(on: lane) {
                try await answerSorted(job, by: caller, send)
            }
        } catch let result as LDAPResult {
            return LDAPAnswers.result(.search, to: job.id, result)
        }
    }

    /// Plans a search, and makes it in steps.
    ///
    /// Reading a long filter takes milliseconds, so it is read where long searches are made, and waits for its turn as they do.
    ///
    /// - Returns: What has to be sent at last.
    func answer(
        _ search: LDAPSearch,
        _ message: LDAPMessage,
        by caller: Principal?,
        _ send: Send
    ) async throws -> [UInt8] {
        do {
            let planned = try await LDAPResult.translating { () async throws(MusterError) in
                try await inTurn(caller) { () async throws(MusterError) in
                    try await entries.look(by: caller, .unbounded) { [self] _ in
                        Result { () throws(LDAPResult) in try job(search, message, by: caller) }
                    }
                }
            }
            return try await answer(try planned.get(), by: caller, send)
        } catch let result as LDAPResult {
            return LDAPAnswers.result(.search, to: message.id, result)
        }
    }

    /// Plans a search where it comes in.
    ///
    /// - Returns: The search; nil if its filter is long, and has to be read elsewhere.
    /// - Throws: ``LDAPResult`` where it is refused before anything is looked at.
    func jobNow(
        _ search: LDAPSearch,
        _ message: LDAPMessage,
        by caller: Principal?
    ) throws(LDAPResult) -> LDAPSearchJob? {
        // Strangers have no long ones: they are told so at once.
        guard caller == nil || LDAPSearchJob.isQuick(search) else { return nil }
        return try job(search, message, by: caller)
    }

    /// Plans a search.
    ///
    /// - Throws: ``LDAPResult`` where it is refused before anything is looked at.
    func job(
        _ search: LDAPSearch,
        _ message: LDAPMessage,
        by caller: Principal?
    ) throws(LDAPResult) -> LDAPSearchJob {
        try LDAPSearchJob(
            search,
            id: message.id,
            controls: message.controls,
            by: caller,
            in: tree
        )
    }

    /// Where a page begins; nil at the beginning.
    private func start(of job: LDAPSearchJob) throws(LDAPResult) -> LDAPPageStart? {
        guard let page = job.controls.page, let digest = job.digest, !page.cookie.isEmpty else {
            return nil
        }
        guard let start = LDAPPageStart(page.cookie, of: digest, digester) else {
            throw LDAPResult(.unwillingToPerform, "the cookie is of another search")
        }
        return start
    }

    /// How many entries may be shown in one answer.
    ///
    /// What a client takes at most is meant of all pages together: so RFC 2696 section 3 has a page no larger than it, and so
    /// slapd counts.
    private func room(
        of job: LDAPSearchJob,
        after start: LDAPPageStart?
    ) throws(LDAPResult) -> Int {
        guard let page = job.controls.page else { return job.limit }
        let left = job.isBounded ? job.limit - (start?.shown ?? 0) : job.limit
        // A client that goes on has been told of more, and takes less now.
        guard left > 0 else { throw LDAPResult(.sizeLimitExceeded) }
        return min(left, max(1, page.size))
    }

    /// The end of a search, or of a page of it; `shown` is how many entries were, on this page and those before.
    private func end(of job: LDAPSearchJob, shown: Int, _ step: LDAPSearchStep) -> [UInt8] {
        var result = LDAPResult.success
        var cookie: [UInt8]?
        if let next = step.next {
            if let digest = job.digest, !job.isBounded || shown < job.limit {
                cookie = LDAPPageStart(position: next, shown: shown).cookie(of: digest, digester)
            } else if shown >= job.limit {
                result = LDAPResult(.sizeLimitExceeded)
            }
        }
        return LDAPAnswers.result(
            .search,
            to: job.id,
            result,
            controls: job.controls.answers(next: cookie)
        )
    }

    /// Does what may take long when the caller's turn has come; strangers have one turn, all together.
    private func inTurn<Result: Sendable>(
        _ caller: Principal?,
        _ work: () async throws(MusterError) -> Result
    ) async throws(MusterError) -> Result {
        guard let caller else { return try await turns.run(for: UserID(rawValue: 0), work) }
        return try await turns.run(for: caller, work)
    }

    private func step(
        of job: LDAPSearchJob,
        by caller: Principal?,
        behind position: LDAPPosition?,
        room: Int
    ) async throws(LDAPResult) -> LDAPSearchStep {
        let (tree, settings, entries) = (tree, settings, entries)
        let look = {
            (extent: ReadExtent, isQuick: Bool) async throws(MusterError) -> LDAPSearchStep? in
            try await entries.look(by: caller, extent) { reader throws(MusterError) in
                try LDAPEntryView(reader, tree, settings, isQuick: isQuick).step(
                    of: job,
                    behind: position,
                    room: room
                )
            }
        }
        let step: LDAPSearchStep? = try await LDAPResult.translating {
            () async throws(MusterError) in
            if job.isShort {
                let step = try await look(.bounded, true)
                if step?.isTooLong != true { return step }
            }
            return try await inTurn(caller) { () async throws(MusterError) in
                try await look(.unbounded, false)
            }
        }
        guard let step else { throw tree.missing(job.baseName) }
        return step
    }

    private func answerInOrder(
        _ job: LDAPSearchJob,
        by caller: Principal?,
        _ send: Send
    ) async throws -> [UInt8] {
        if job.givesPagesUp { return end(of: job, shown: 0, LDAPSearchStep()) }
        var job = job
        let deadline = ContinuousClock.now.advanced(by: job.time)
        let start = try start(of: job)
        var position = start?.position
        var left = try room(of: job, after: start)
        var shown = start?.shown ?? 0
        while true {
            let found = try await step(of: job, by: caller, behind: position, room: left)
            job.lookFurther()
            left -= found.found.count
            shown += found.found.count
            try Task.checkCancellation()
            // Where as many as may be are shown, it is told whether there is one more, and not that there might be.
            let goesOn = job.digest != nil && (!job.isBounded || shown < job.limit)
            let isLast = found.next == nil || left == 0 && (found.isFull || goesOn)
            let bytes = found.bytes
            let share = try share(of: bytes.count, for: caller)
            let end = isLast ? end(of: job, shown: shown, found) : nil
            if let end, share == nil { return bytes + end }
            if !bytes.isEmpty { try await send(bytes) }
            withExtendedLifetime(share) {}
            if let end { return end }
            position = found.next
            guard ContinuousClock.now < deadline else { throw LDAPResult(.timeLimitExceeded) }
        }
    }

    /// A place for bytes that wait until their reader takes them; nil for few.
    ///
    /// - Throws: ``LDAPResult`` `busy` where too many of the caller's wait already.
    private func share(
        of size: Int,
        for caller: Principal?
    ) throws(LDAPResult) -> CallerShare? {
        guard let caller, size > ListShares.free else { return nil }
        let (shares, places) = (shares, max(1, size / ListShares.bytesOfPlace))
        return try LDAPResult.translatingNow { () throws(MusterError) in
            try shares.take(caller.payer, places: places)
        }
    }

    /// What an entry takes while it waits to be sorted, beside its bytes and what it is sorted by: its place in a list, and the
    /// heads of two arrays.
    private static let entryBytes = 128

    /// Finds all entries, and shows them in the order that was asked for, where lists are made.
    private func answerSorted(
        _ job: LDAPSearchJob,
        by caller: Principal?,
        _ send: Send
    ) async throws -> [UInt8] {
        var job = job
        let deadline = ContinuousClock.now.advanced(by: job.time)
        let start = try start(of: job)
        let room = try room(of: job, after: start)
        let sight = try await sight(of: caller)
        var all: [(position: LDAPPosition, key: [UInt8], bytes: [UInt8])] = []
        var position: LDAPPosition?
        let share = ArrivalShare(of: sorted, for: caller.map { .caller($0.payer) } ?? .stranger)
        // It is held as long as what it stands for.
        defer { withExtendedLifetime(share) {} }
        var size = 0
        repeat {
            let most = LDAPSearchJob.maximumEntries - all.count
            let found = try await step(of: job, by: caller, behind: position, room: most)
            job.lookFurther()
            size += found.found.reduce(found.bytes.count) { $0 + $1.key.count + Self.entryBytes }
            do {
                try share.grow(to: size)
            } catch {
                throw LDAPResult(
                    .adminLimitExceeded,
                    "too much to sort: ask for fewer entries or attributes"
                )
            }
            all += found.entries
            position = found.next
            guard all.count < LDAPSearchJob.maximumEntries else {
                throw LDAPResult(.adminLimitExceeded, "too many entries to sort")
            }
            guard ContinuousClock.now < deadline else { throw LDAPResult(.timeLimitExceeded) }
            try Task.checkCancellation()
        } while position != nil
        let isReversed = job.controls.sort?.isReversed == true
        all.sort { one, other in
            let isBefore =
                isReversed
                ? other.key.lexicographicallyPrecedes(one.key)
                : one.key.lexicographicallyPrecedes(other.key)
            return isBefore || one.key == other.key && one.position < other.position
        }
        let page = all.dropFirst(start?.shown ?? 0).prefix(room)
        var last = LDAPSearchStep()
        if page.endIndex < all.endIndex { last.next = all[page.endIndex].position }
        var piece: [UInt8] = []
        for place in page.indices {
            piece += page[place].bytes
            guard place + 1 == page.endIndex || piece.count >= job.stepBytes else { continue }
            // It was found for somebody who may have lost the right to it since.
            guard try await self.sight(of: caller) == sight else {
                throw LDAPResult(
                    .insufficientAccessRights,
                    "your own account was changed meanwhile: search again"
                )
            }
            try await send(piece)
            piece = []
        }
        return end(of: job, shown: page.endIndex, last)
    }

    /// What a caller sees, who is admitted again: whether it is everybody, and whether it is all of them.
    private func sight(of caller: Principal?) async throws(LDAPResult) -> [Bool] {
        try await LDAPResult.translating { () async throws(MusterError) in
            try await entries.look(by: caller) { reader throws(MusterError) in
                [reader.seesEverybody, reader.seesAll]
            }
        }
    }
}
