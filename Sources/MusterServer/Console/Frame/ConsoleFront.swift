import HTTPTypes
import Hummingbird
import MusterConsole
import MusterCore

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
    /// The catalogue of its language.
    let texts: Texts
    let sent = SentForms()

    init(_ parts: ServerParts, _ texts: Texts) {
        self.parts = parts
        self.texts = texts
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
                return ConsoleResponse.json(answer.body ?? [], status).telling(error)
            }
        }
    }

    /// Where somebody has to go before a page is shown to it; nil if it may look.
    func wayIn(_ call: Call, _ need: Need) -> String? {
        guard need != .nothing else { return nil }
        guard let principal = call.authenticated else {
            guard call.request.method != .post else { return "/sign-in?done=expired" }
            return "/sign-in\(NextPath.query(NextPath.asked(by: call.request)))"
        }
        if need != .session, principal.mustChangePassword { return "/account/password" }
        if need == .settled, principal.mustEnrolFactor { return "/account/security" }
        return nil
    }

    func answer(
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
            let page = ErrorPage.html(visit.frame, message, error.code.rawValue)
            return ConsoleResponse.page(page, status).telling(error)
        }
    }

    func visit(_ call: Call, _ items: QueryItems) -> Visit {
        var frame = Frame(
            texts: texts,
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
}
