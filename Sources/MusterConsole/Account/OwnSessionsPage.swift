package import MusterCore

/// One's own sessions and sign-ins.
package struct OwnSessionsPage: Sendable {
    /// Whose they are.
    package let user: User
    /// The sessions, newest first.
    package let sessions: [OwnedSession]
    /// The one in use.
    package let current: Digest?
    /// The last sign-ins, newest first.
    package let events: [AuditEvent]

    /// Builds the page.
    package init(
        _ user: User,
        _ sessions: [OwnedSession],
        current: Digest?,
        events: [AuditEvent]
    ) {
        self.events = events
        self.user = user
        self.sessions = sessions
        self.current = current
    }

    /// The page.
    package func html(_ frame: Frame) -> HTML {
        let t = frame.texts.account
        let rows = sessions.map { row($0.session, frame, t) }
        let all = frame.form("/account/sessions/end-all") {
            "<button class=\"danger\">\(t.endAll)</button> <span class=\"small muted\">\(t.endAllHint)</span>"
        }
        return frame.accountPage(
            .sessions,
            """
            <section class="card"><h2>\(t.signIns)</h2><dl class="facts">
            <dt>\(t.lastSignIn)</dt><dd>\(frame.time(user.logins.lastSuccess))</dd>
            <dt>\(t.lastFailure)</dt><dd>\(frame.time(user.logins.lastFailure))</dd>
            <dt>\(t.failures)</dt><dd>\(user.logins.failureCount)</dd></dl></section>
            <section class="card"><h2>\(t.sessions)</h2><table class="stack"><thead><tr><th scope="col">\(t.began)</th>
            <th scope="col">\(t.lastUse)</th><th scope="col">\(t.place)</th><th scope="col">\(t.program)</th>
            <th><span class="unseen">\(t.end)</span></th></tr></thead><tbody>\(rows)</tbody></table>\(all)</section>
            \(signIns(frame, t))
            """
        )
    }

    private func signIns(_ frame: Frame, _ t: AccountTexts) -> HTML {
        guard !events.isEmpty else { return .empty }
        let rows = events.map { event -> HTML in
            let result: HTML =
                event.isFailure
                ? "<span class=\"tag bad\">\(frame.texts.audit.refused)</span>"
                : "<span class=\"tag good\">\(t.wentWell)</span>"
            let what: String =
                switch event.action {
                case .authenticatePassword: frame.texts.signIn.password
                case .authenticateCode: t.secondFactor
                default: t.sessionBegan
                }
            return """
                <tr><td data-label="\(t.when)">\(frame.time(event.at))</td><td data-label="\(t.what)">\(what)</td>\
                <td data-label="\(t.place)" class="mono">\(event.address ?? t.unknownPlace)</td>\
                <td data-label="\(t.result)">\(result)</td></tr>
                """
        }
        return """
            <section class="card"><h2>\(t.lastSignIns)</h2><table class="stack"><thead><tr><th scope="col">\(t.when)</th>\
            <th scope="col">\(t.what)</th><th scope="col">\(t.place)</th><th scope="col">\(t.result)</th></tr></thead>\
            <tbody>\(rows)</tbody></table></section>
            """
    }

    private func row(_ session: Session, _ frame: Frame, _ t: AccountTexts) -> HTML {
        let isCurrent = current?.matches(session.digest) ?? false
        let id = SessionID(session.digest).text
        let last: HTML =
            isCurrent
            ? "<span class=\"tag good\">\(t.thisSession)</span>"
            : frame.form("/account/sessions/end") {
                "<input type=\"hidden\" name=\"session\" value=\"\(id)\"><button class=\"small\">\(t.end)</button>"
            }
        return """
            <tr>\(frame.cells(of: session))\
            <td class="end">\(last)</td></tr>
            """
    }
}

extension Frame {
    /// What every list of sessions shows of one.
    func cells(of session: Session) -> HTML {
        let t = texts.account
        return """
            <td data-label="\(t.began)">\(time(session.createdAt))</td>\
            <td data-label="\(t.lastUse)">\(time(session.lastSeenAt))</td>\
            <td data-label="\(t.place)" class="mono">\(session.address?.description ?? t.unknownPlace)</td>\
            <td data-label="\(t.program)"><bdi>\(session.program?.text ?? t.unknownPlace)</bdi></td>
            """
    }
}
