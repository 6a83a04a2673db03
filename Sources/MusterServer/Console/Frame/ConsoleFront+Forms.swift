import HTTPTypes
import Hummingbird
import MusterConsole
import MusterCore
import TextBytes

extension ConsoleFront {
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
}
