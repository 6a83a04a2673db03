import HTTPTypes
import Logging
import MusterCore
import NIOCore
import TextBytes

/// Answers requests that only read on the thread that received them, without a task and within one read of
/// the directory.
///
/// What it cannot answer whole, or not well, it leaves to the router: its answers and the router's are the
/// same, because both ask the same routes and write the same fields.
struct FastPathResponder: Sendable {
    private let table: RouteTable
    private let pipeline: RequestAuthenticator
    /// Where the directory is read at once; nil if its store is far away, and everything takes the long way.
    private let store: (any InProcessStore)?
    private let frame: RootResponder
    private let dates = HTTPDates()
    private let logger: Logger

    init(frame: RootResponder, logger: Logger) {
        table = frame.table
        pipeline = frame.pipeline
        store = frame.pipeline.directory.store as? any InProcessStore
        self.frame = frame
        self.logger = logger
    }

    /// Whether a request may be answered here, by its head alone.
    ///
    /// Bodies, old versions, last requests of a connection, conditions on changes and calls in others' names
    /// take the long way.
    private func isFit(_ head: RequestHead) -> Bool {
        head.isPlainRead && head.fieldBytes + head.targetLength <= frame.limits.headerBytes
    }

    /// The answer to what is no whole request, as it goes out, before the connection ends.
    func refusal(_ error: MusterError, _ allocator: ByteBufferAllocator) -> ByteBuffer {
        let id = frame.ids.next()
        var answer = frame.answer(to: error, path: "", requestID: id, logger: logger)
        answer.fields.append((.connection, "close"))
        observe(id, "none", "none", answer, since: RequestObserver.now, client: nil, error.code)
        return answer.encoded(id: id, date: dates.text(pipeline.directory.clock.now()), allocator)
    }

    /// Answers a request, or leaves it to the router.
    ///
    /// - Parameters:
    ///   - head: The request.
    ///   - peer: The connection's other end.
    ///   - allocator: Where the answer has its room from.
    ///   - last: What the connection has brought before; nil if nothing of it is kept.
    /// - Returns: The whole answer as it goes out, and whether its caller is known; nil leaves the request to the router.
    func respond(
        to head: RequestHead,
        from peer: IPAddress?,
        _ allocator: ByteBufferAllocator,
        after last: LastCredentials? = nil
    ) -> (bytes: ByteBuffer, isKnown: Bool)? {
        guard let store, isFit(head) else { return nil }
        // Of a copy one may want more than that it is no older than a second.
        guard store.refusalsStand || !head.hasField(of: ["cache-control"]) else { return nil }
        guard let (match, query) = match(head) else { return nil }
        let begun = RequestObserver.now
        let id = frame.ids.next()
        var answer: Answer
        var isKnown = false
        var refusal: MusterError.Code?
        let keysAsToken = match.route.takesKeysAsToken
        let kept = last?.method(of: head, keysAsToken: keysAsToken)
        do {
            let presented = if kept == nil { try method(of: head, keysAsToken) } else { kept }
            guard let presented,
                let found = try read(store, match, head, query, presented, peer, id, &isKnown)
            else { return nil }
            if kept == nil { last?.keep(presented, of: head, keysAsToken: keysAsToken) }
            answer = found
            answer.mediaType = match.route.mediaType
        } catch {
            if kept != nil, !isKnown { last?.forget() }
            // Of a copy the directory itself is asked, or the copy again when it has caught up.
            guard store.refusalsStand else { return nil }
            // The router has a dead cookie forgotten.
            if RefusedCookie.codes.contains(error.code), CredentialsHeader.isCookie(head) {
                return nil
            }
            if !isKnown,
                let credentials = try? CredentialsHeader.read(head, keysAsToken: keysAsToken)
            {
                pipeline.directory.signIns.note(credentials.tallied, error)
            }
            refusal = error.code
            answer = frame.answer(to: error, path: head.target, requestID: id, logger: logger)
        }
        if refusal != nil || frame.observer.tellsOfAll {
            let client =
                frame.observer.needsClient(refusal) ? pipeline.peers.client(of: peer, head) : nil
            observe(id, "GET", match.route.path, answer, since: begun, client: client, refusal)
        }
        let date = dates.text(pipeline.directory.clock.now())
        return (answer.encoded(id: id, date: date, allocator), isKnown)
    }

    private func read(
        _ store: any InProcessStore,
        _ match: RouteTable.ReadMatch,
        _ fields: RequestHead,
        _ query: String,
        _ method: Principal.Method,
        _ peer: IPAddress?,
        _ id: String,
        _ isKnown: inout Bool
    ) throws(MusterError) -> Answer? {
        let origin = RequestSource(address: pipeline.peers.client(of: peer, fields), requestID: id)
        return try store.readNow { reader throws(MusterError) in
            // The caller is a part of the call from the beginning: two users are much to copy.
            let call = ReadCall(
                principal: try pipeline.authenticator.authenticate(
                    method,
                    from: origin,
                    by: match.route.permissionModel,
                    under: match.route.policy,
                    in: reader
                ),
                parameter: match.parameter,
                queryText: query,
                reader: reader,
                arrival: match.route.asksWhere ? .head(fields, from: peer) : nil
            )
            isKnown = true
            let answer: Answer?
            do throws(MusterError) {
                answer = try match.route.reading(call)
            } catch {
                // A refusal is an answer, too, where it stands.
                if store.refusalsStand { try pipeline.admit(call.principal) }
                throw error
            }
            // What is long waits for its reader, and takes a place for that.
            guard (answer?.body?.count ?? 0) <= ListShares.free else { return nil }
            // Not before it is known that the router will not count it again.
            if answer != nil { try pipeline.admit(call.principal) }
            return answer
        }
    }

    private func observe(
        _ id: String,
        _ method: String,
        _ route: String,
        _ answer: Answer,
        since begun: UInt64,
        client: IPAddress?,
        _ refusal: MusterError.Code?
    ) {
        let request = ServedRequest(
            id: id,
            method: method,
            route: route,
            status: answer.status.code,
            nanoseconds: RequestObserver.now - begun,
            client: client,
            refusal: refusal
        )
        frame.observer.observe(request)
    }

    /// What a request presents; nil if nothing.
    ///
    /// - Throws: ``MusterError`` with code `credentials.invalid` where that cannot be read.
    private func method(
        of head: RequestHead,
        _ keysAsToken: Bool
    ) throws(MusterError) -> Principal.Method? {
        try CredentialsHeader.read(head, keysAsToken: keysAsToken).map {
            pipeline.authenticator.method(of: $0)
        }
    }

    /// The route of a target that can be answered at once, and the query; nil if there is none.
    private func match(_ head: RequestHead) -> (RouteTable.ReadMatch, query: String)? {
        head.withTarget { target in
            let mark = target.firstIndex(of: UInt8(ascii: "?")) ?? target.endIndex
            let path = UnsafeBufferPointer(rebasing: target[..<mark])
            guard path.count <= TextLimit.path, let match = table.reading(path) else { return nil }
            let query = UnsafeBufferPointer(rebasing: target[mark...].dropFirst())
            return (match, query.isEmpty ? "" : String(decoding: query, as: UTF8.self))
        }
    }
}
