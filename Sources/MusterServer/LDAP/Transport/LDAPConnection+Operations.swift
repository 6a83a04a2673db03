import LDAPWire
import Logging
import MusterCore
import NIOCore
import NIOSSL

extension LDAPConnection {
    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard event is ChannelShouldQuiesceEvent else {
            return context.fireUserInboundEventTriggered(event)
        }
        disconnect(LDAPResult(.unavailable, "the server is stopping"))
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    /// Who has bound with what was good when it was asked about last; nil for nobody.
    var knownCaller: Principal? { caller.flatMap { $0.isLost ? nil : $0 } }

    /// Among whom its look-ups wait, where any do.
    var lane: HashingLane {
        knownCaller.map { .caller($0.payer) } ?? .stranger(SourceNetwork(of: address))
    }

    /// Where the operation of a message of so many bytes is worked on: a long one takes long to make sense of, name by name, and
    /// is worked on where lists are made, in turns; nil for where it was read.
    func threads(for bytes: Int, isChange: Bool) -> (any TaskExecutor)? {
        let quick = isChange ? LDAPLimits.quickChangeBytes : LDAPLimits.quickBytes
        guard bytes > quick, let caller else { return nil }
        return ListThreads.shared.lane(for: caller.payer)
    }

    /// Answers a message, or lets it be answered.
    func serve(_ message: LDAPMessage) {
        // Whoever was gone for too long is judged by how long that was.
        let caller = caller?.asking(at: operations.clock.now())
        let (id, operations) = (message.id, operations)
        if caller?.mustChangePassword == true, let tag = message.operation.answerToUnsettled {
            let refusal = LDAPResult(
                .insufficientAccessRights,
                "change your password before anything else"
            )
            return send(LDAPAnswers.result(tag, to: id, refusal))
        }
        switch message.operation {
        case .unbind: context?.close(promise: nil)
        case .abandon(let other): abandon(other)
        case .bind(let bind): serve(bind, message, after: caller)
        case .search(let search): serve(search, message, by: caller)
        case .compare(let compare):
            run(id, .compare) { _ in
                LDAPEnd(bytes: await operations.comparer.answer(compare, message, by: caller))
            }
        case .change(let change):
            let request = LDAPWriter.Request(
                change: change,
                id: id,
                controls: message.controls,
                mayCarryPassword: operations.settings.mayCarryPassword(
                    isSecure: isSecure,
                    from: address
                )
            )
            // One after the other, in the order in which a client sends them.
            run(id, .modify, isAlone: true, isChange: true) { _ in
                let (bytes, changesCaller) = await operations.writer.answer(request, by: caller)
                return LDAPEnd(bytes: bytes, outcome: changesCaller ? .bound(nil) : .unchanged)
            }
        case .refused(let tag, let result): send(LDAPAnswers.result(tag, to: id, result))
        case .extended(let type, let value): serve(type, value, message, by: caller)
        }
    }

    private func serve(_ search: LDAPSearch, _ message: LDAPMessage, by caller: Principal?) {
        do throws(LDAPResult) {
            guard let job = try operations.searcher.jobNow(search, message, by: caller) else {
                return plan(search, message, by: caller)
            }
            if let answer = operations.searcher.answerNow(job, by: caller) { return send(answer) }
            run(message.id, .search) { [operations] sender in
                let send: LDAPSearcher.Send = { try await sender($0) }
                return LDAPEnd(bytes: try await operations.searcher.answer(job, by: caller, send))
            }
        } catch {
            send(LDAPAnswers.result(.search, to: message.id, error))
        }
    }

    /// Lets a search be planned and made whose filter is long.
    private func plan(_ search: LDAPSearch, _ message: LDAPMessage, by caller: Principal?) {
        run(message.id, .search) { [operations] sender in
            let send: LDAPSearcher.Send = { try await sender($0) }
            let bytes = try await operations.searcher.answer(search, message, by: caller, send)
            return LDAPEnd(bytes: bytes)
        }
    }

    /// Makes the client somebody, or nobody.
    ///
    /// Whatever comes of it, the client is nobody meanwhile, and what it has asked before is given up (RFC 4511 section 4.2.1).
    private func serve(_ bind: LDAPBind, _ message: LDAPMessage, after former: Principal?) {
        abandonAll()
        caller = nil
        let (id, operations, address) = (message.id, operations, address)
        func answer(_ result: LDAPResult) { send(LDAPAnswers.result(.bind, to: id, result)) }
        let request: LoginRequest?
        let controls: LDAPControls
        do throws(LDAPResult) {
            controls = try LDAPControls(message.controls, forSearch: false)
            request = try operations.binder.request(bind, isSecure: isSecure, from: address)
        } catch {
            if error.code == .confidentialityRequired {
                refusals.tellPlaintext(of: address, in: logger)
            }
            return answer(error)
        }
        guard let request else { return answer(.success) }
        let (refusals, logger, knowsPolicy) = (refusals, logger, controls.knowsPolicy)
        let place = controls.personAddress.flatMap { address in
            former.map { ToldPlace(address, by: $0) }
        }
        run(id, .bind, isAlone: true) { _ in
            do {
                let principal = try await operations.binder.principal(
                    request,
                    from: address,
                    toldBy: place,
                    knowsPolicy: knowsPolicy
                )
                let policy: LDAPPasswordPolicy? =
                    principal.mustChangePassword ? .changeAfterReset : nil
                let controls = knowsPolicy ? [LDAPPasswordPolicy.control(policy)] : []
                return LDAPEnd(
                    bytes: LDAPAnswers.result(.bind, to: id, .success, controls: controls),
                    outcome: .bound(principal)
                )
            } catch let result as LDAPResult {
                if result.code == .invalidCredentials {
                    refusals.tell(
                        of: address,
                        route: "LDAP/bind",
                        reason: .credentialsInvalid,
                        id: operations.binder.ids.next(),
                        in: logger
                    )
                }
                return LDAPEnd(bytes: LDAPAnswers.result(.bind, to: id, result))
            }
        }
    }

    private func serve(
        _ type: [UInt8],
        _ value: ArraySlice<UInt8>?,
        _ message: LDAPMessage,
        by caller: Principal?
    ) {
        let (id, operations, isSecure) = (message.id, operations, isSecure)
        func answer(_ result: LDAPResult, value: [UInt8]? = nil) {
            send(LDAPAnswers.extended(to: id, result, value: value))
        }
        let knowsPolicy: Bool
        do throws(LDAPResult) {
            knowsPolicy = try LDAPControls(message.controls, forSearch: false).knowsPolicy
        } catch {
            return answer(error)
        }
        switch LDAPExtension(type) {
        case nil:
            let name = String(decoding: type.prefix(64), as: UTF8.self)
            answer(LDAPResult(.protocolError, "the operation \(name) is not known"))
        case .startTLS: startTLS(message.id)
        case .whoAmI:
            if let bytes = operations.whoAmINow(caller, to: id) { return send(bytes) }
            guard let caller else { return }
            run(id, .extended) { _ in LDAPEnd(bytes: await operations.whoAmI(caller, to: id)) }
        case .cancel: cancel(value, answer)
        case .passwordModify:
            let mayCarry = operations.settings.mayCarryPassword(
                isSecure: isSecure,
                from: address
            )
            run(id, .extended, isAlone: true) { _ in
                let (bytes, changesCaller) = await operations.passwords.answer(
                    value,
                    to: id,
                    by: caller,
                    mayCarryPassword: mayCarry,
                    knowsPolicy: knowsPolicy
                )
                return LDAPEnd(bytes: bytes, outcome: changesCaller ? .bound(nil) : .unchanged)
            }
        }
    }

    /// Ends another operation of the connection (RFC 3909).
    ///
    /// No change is under way here, so that none is told to be cancelled that has been made and none is `tooLate`: changes, binds
    /// and *Password Modify* are alone on their connection, and what comes after them is read when they have been answered.
    private func cancel(
        _ value: ArraySlice<UInt8>?,
        _ answer: (LDAPResult, [UInt8]?) -> Void
    ) {
        var reader = BERReader(value ?? [])
        guard var request = try? reader.constructed(), let other = try? request.integer() else {
            return answer(LDAPResult(.protocolError, "the request cannot be read"), nil)
        }
        guard let tag = abandon(other) else { return answer(LDAPResult(.noSuchOperation), nil) }
        send(LDAPAnswers.result(tag, to: other, LDAPResult(.canceled)))
        answer(.success, nil)
    }

    /// Goes on over TLS (RFC 4511 section 4.14): what has come after the request was not secured, and is not read.
    private func startTLS(_ id: Int) {
        let refusal: LDAPResult? =
            if tls == nil {
                LDAPResult(.unavailable, "this server has no certificate")
            } else if isSecure {
                LDAPResult(.operationsError, "TLS is spoken already")
            } else if !isQuiet {
                LDAPResult(.operationsError, "operations are under way")
            } else {
                nil
            }
        guard refusal == nil, let tls, let context else {
            send(LDAPAnswers.extended(to: id, refusal ?? LDAPResult(.unavailable)))
            return
        }
        guard !hasUnread else {
            return disconnect(LDAPResult(.protocolError, "bytes came after a request for TLS"))
        }
        send(
            LDAPAnswers.extended(
                to: id,
                .success,
                type: LDAPExtension.startTLS.rawValue
            )
        )
        isSecure = true
        caller = nil
        do {
            try context.pipeline.syncOperations.addHandler(
                NIOSSLServerHandler(context: tls.context),
                position: .after(edge)
            )
        } catch {
            context.close(promise: nil)
        }
    }
}
