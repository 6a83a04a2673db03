import MusterCore

extension UserPage {
    /// The user's sessions, to be ended one by one or all together; nothing where the viewer may not look at them.
    func sessionCard(_ frame: Frame, _ t: UsersTexts) -> HTML {
        guard frame.viewer?.isAdministrator ?? false else { return .empty }
        let a = frame.texts.account
        guard !sessions.isEmpty else {
            return """
                <section class="card"><h2>\(t.sessions)</h2><p class="muted">\(t.none)</p></section>
                """
        }
        let rows = sessions.map { owned -> HTML in
            let session = owned.session
            let end = frame.form("\(path)/sessions/end-one") {
                """
                <input type="hidden" name="session" value="\(SessionID(session.digest).text)">\
                <button class="small">\(a.end)</button>
                """
            }
            return """
                <tr>\(frame.cells(of: session))\
                <td class="end">\(end)</td></tr>
                """
        }
        let all = frame.form("\(path)/sessions/end") {
            "<button class=\"danger\">\(t.endAll)</button>"
        }
        return """
            <section class="card"><h2>\(t.sessions)</h2><table class="stack"><thead><tr><th scope="col">\(a.began)</th>\
            <th scope="col">\(a.lastUse)</th><th scope="col">\(a.place)</th>\
            <th scope="col">\(a.program)</th><th><span class="unseen">\(a.end)</span></th></tr></thead>\
            <tbody>\(rows)</tbody></table>\(all)</section>
            """
    }
}
