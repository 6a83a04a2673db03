package import MusterCore

/// Everybody's sessions.
package struct SessionsPage: Sendable {
    /// The sessions, newest first.
    package let sessions: [OwnedSession]
    /// How many there are; nil after the first page.
    package let total: Int?
    /// Behind which session this page begins; empty for the first.
    package var after = ""
    /// Where the next page begins; nil if there is none.
    package var next: String?
    /// The one in use.
    package let current: Digest?

    /// Builds the page.
    package init(_ sessions: [OwnedSession], total: Int?, current: Digest?) {
        self.sessions = sessions
        self.total = total
        self.current = current
    }

    /// The page.
    package func html(_ frame: Frame) -> HTML {
        let (t, u) = (frame.texts.account, frame.texts.users)
        let rows = sessions.map { owned -> HTML in
            let session = owned.session
            let isCurrent = current?.matches(session.digest) ?? false
            let end: HTML =
                isCurrent
                ? "<span class=\"tag good\">\(t.thisSession)</span>"
                : frame.form("/admin/sessions/end") {
                    """
                    <input type="hidden" name="session" value="\(SessionID(session.digest).text)">\
                    <input type="hidden" name="after" value="\(after)">\
                    <button class="small">\(t.end)<span class="unseen"> \(owned.owner.text)</span></button>
                    """
                }
            return """
                <tr><td><a href="/admin/users/\(session.user.rawValue)"><bdi>\(owned.owner.text)</bdi></a></td>\
                \(frame.cells(of: session))\
                <td class="end">\(end)</td></tr>
                """
        }
        let more: HTML =
            next.map {
                "<a class=\"button\" href=\"/admin/sessions?after=\($0)\" rel=\"next\">\(u.next)</a>"
            } ?? "<span class=\"muted\">\(u.end)</span>"
        let of: HTML? = total.map { " / \($0)" }
        let first: HTML? =
            after.isEmpty ? nil : " · <a href=\"/admin/sessions\">\(t.newestSessions)</a>"
        return frame.page(
            frame.texts.frame.sessions,
            in: .sessions,
            """
            <section class="card plain"><table class="stack"><thead><tr><th scope="col">\(u.user)</th><th scope="col">\(t.began)</th>\
            <th scope="col">\(t.lastUse)</th><th scope="col">\(t.place)</th>\
            <th scope="col">\(t.program)</th><th><span class="unseen">\(t.end)</span></th></tr></thead>\
            <tbody>\(rows)</tbody></table></section>\
            <div class="pager"><span class="muted small">\(sessions.count)\(of) \(u.shown)\(first)</span>\(more)</div>
            """
        )
    }
}
