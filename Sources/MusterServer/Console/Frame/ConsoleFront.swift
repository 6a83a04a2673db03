import HTTPTypes
import Hummingbird
import MusterConsole
import MusterCore
import TextBytes

/// What every page and form of the console goes through: who asks, whether its account is settled, and where a form was
/// sent from.
struct ConsoleFront: Sendable {
    /// What somebody needs to have set right before a page is shown.
    enum Need: Sendable {
        /// Nothing: strangers may look, too.
        case nothing
        /// To have come in.
        case session
        /// A password that is settled.
        case password
        /// A settled password and, where it is required, a second factor.
        case settled
    }

    /// Answers a visit.
    typealias Handler = @Sendable (Visit) async throws -> Response

    let parts: ServerParts
    private let sent = SentForms()

    init(_ parts: ServerParts) {
        self.parts = parts
    }

    var directory: Directory { parts.directory }

    /// A page.
    func page(
        _ path: String,
        needs need: Need = .settled,
        isList: Bool = false,
        _ handler: @escaping Handler
    ) -> Route {
        Route(.get, path, of: .console, admitsStrangers: true, isList: isList) { call in
            if let way = wayIn(call, need) { return ConsoleResponse.seeOther(way) }
            return try await answer(call, try call.query(), handler)
        }
    }

    /// A form that changes something, sent by a page of the same session.
    ///
    /// - Parameters:
    ///   - path: Where it is sent to.
    ///   - need: What its sender needs to have set right.
    ///   - isList: Whether it is dealt with on the threads for lists.
    ///   - fieldBytes: The most bytes of a field.
    ///   - asks: Whether what has come only asks, and may come again as it is.
    ///   - isDangerous: Whether what has come does what a stolen session must not do; nil if it never does, or where the
    ///     service itself asks for a proof.
    ///   - handler: Deals with it.
    /// - Returns: The route.
    func form(
        _ path: String,
        needs need: Need = .settled,
        isList: Bool = false,
        fieldBytes: Int = TextLimit.keyField,
        asks: @escaping @Sendable (QueryItems) -> Bool = { _ in false },
        isDangerous: Danger? = nil,
        _ handler: @escaping Handler
    ) -> Route {
        let handler = isDangerous.map { confirmed(if: $0, handler) } ?? handler
        return Route(.post, path, of: .console, admitsStrangers: true, isList: isList) { call in
            try requireOwnSite(call)
            let items = try QueryItems(bytes: call.body.readableBytesView, upTo: fieldBytes)
            if need != .nothing, call.authenticated == nil,
                let kept = KeptForm(path: call.request.uri.path, items)
            {
                return askToSignIn(visit(call, items), kept)
            }
            if let way = wayIn(call, need) { return ConsoleResponse.seeOther(way) }
            guard need != .nothing else { return try await answer(call, items, handler) }
            try requireToken(items["token"], call)
            guard items["once"] != nil, !asks(items) else {
                return try await answer(call, items, handler)
            }
            return try await answerOnce(call, items, handler)
        }
    }

    /// Answers a form, but not a second time when it comes again from the same page.
    private func answerOnce(
        _ call: Call,
        _ items: QueryItems,
        _ handler: Handler
    ) async throws -> Response {
        let form = Array(call.request.uri.path.utf8) + [0] + Array(call.body.readableBytesView)
        let key = directory.digester.digest(form).bytes
        switch sent.begin(key) {
        case .new: break
        case .led(let place): return ConsoleResponse.seeOther(place)
        case .sent:
            let page = ErrorPage.sentAlready(visit(call, items).frame)
            return ConsoleResponse.page(page, .conflict)
        }
        do {
            let response = try await answer(call, items, handler)
            sent.end(key, response)
            return response
        } catch {
            sent.end(key, nil)
            throw error
        }
    }

    /// Has somebody sign in whose session has ended, and keeps the form.
    private func askToSignIn(_ visit: Visit, _ kept: KeptForm) -> Response {
        var page = SignInPage()
        page.takesPasskeys = visit.offersPasskeys
        page.kept = kept.carried
        var frame = visit.frame
        frame.notice = Frame.Notice(.warn, "\(frame.texts.done.kept)")
        return ConsoleResponse.page(page.html(frame), .forbidden)
    }

    /// A file that the script sends as it is; the handler reads it as it arrives.
    func upload(_ path: String, _ handler: @escaping Handler) -> Route {
        script(path, streamsBody: true, handler)
    }

    /// A call of the script, whose body is JSON.
    func script(
        _ path: String,
        needs need: Need = .settled,
        streamsBody: Bool = false,
        _ handler: @escaping Handler
    ) -> Route {
        Route(.post, path, of: .console, admitsStrangers: true, streamsBody: streamsBody) { call in
            try requireOwnSite(call)
            if need != .nothing { try requireToken(call.request.headers[.xMusterToken], call) }
            do {
                return try await handler(visit(call, try call.query()))
            } catch let error as MusterError where !error.isOfServer {
                let status = NativeErrors.status(of: error.code)
                let answer = NativeErrors.answer(to: error)
                return ConsoleResponse.json(answer.body ?? [], status)
            }
        }
    }

    /// Where somebody has to go before a page is shown to it; nil if it may look.
    private func wayIn(_ call: Call, _ need: Need) -> String? {
        guard need != .nothing else { return nil }
        guard let principal = call.authenticated else {
            guard call.request.method != .post else { return "/sign-in?done=expired" }
            return "/sign-in\(NextPath.query(NextPath.asked(by: call.request)))"
        }
        if need != .session, principal.mustChangePassword { return "/account/password" }
        if need == .settled, principal.mustEnrolFactor { return "/account/security" }
        return nil
    }

    private func answer(
        _ call: Call,
        _ items: QueryItems,
        _ handler: Handler
    ) async throws -> Response {
        let visit = visit(call, items)
        do {
            return try await handler(visit)
        } catch let error as MusterError where !error.isOfServer {
            let status = NativeErrors.status(of: error.code)
            let message = ConsoleErrors.message(of: error, status)
            return ConsoleResponse.page(
                ErrorPage.html(visit.frame, message, error.code.rawValue),
                status
            )
        }
    }

    private func visit(_ call: Call, _ items: QueryItems) -> Visit {
        var frame = Frame(
            texts: .english,
            styles: ConsoleAssets.shared.styles.path,
            script: ConsoleAssets.shared.script.path,
            viewer: call.authenticated.map(Frame.Viewer.init),
            formToken: FormToken(directory).text(for: call.authenticated) ?? "",
            once: call.authenticated == nil ? "" : Hex.text(directory.random.bytes(12)),
            now: directory.clock.now()
        )
        if call.request.method == .get, let word = items["done"].flatMap(DoneWord.init(text:)) {
            frame.notice = word.notice(frame.texts)
        }
        return Visit(call: call, parts: parts, items: items, frame: frame)
    }

    private func requireToken(_ token: String?, _ call: Call) throws(MusterError) {
        guard FormToken(directory).isRight(token ?? "", for: call.authenticated) else {
            throw ConsoleFront.foreignForm
        }
    }

    /// Refuses what a page of another site has sent.
    ///
    /// Browsers say where a form comes from: in `Sec-Fetch-Site` where the connection is safe, in `Origin` always. Who says
    /// neither is no browser of today.
    private func requireOwnSite(_ call: Call) throws(MusterError) {
        let fields = call.request.headers
        if let site = fields[.secFetchSite] {
            guard site.isEqual(to: "same-origin") else { throw ConsoleFront.foreignForm }
            return
        }
        guard let origin = fields[.origin], isOwn(origin, call) else {
            throw ConsoleFront.foreignForm
        }
    }

    private func isOwn(_ origin: String, _ call: Call) -> Bool {
        if let url = directory.rules.publicURL, origin.hasSameBytes(as: url.text) { return true }
        guard let authority = call.request.head.authority else { return false }
        return ["http://", "https://"].contains { origin.hasSameBytes(as: $0 + authority) }
    }

    private static var foreignForm: MusterError {
        MusterError(
            .insufficientScope,
            "This form was not sent from a page of your session. Load the page again and send it once more."
        )
    }
}
