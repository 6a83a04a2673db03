extension Frame {
    /// How wide a page's content is.
    package enum Width: String, Sendable {
        /// As wide as tables need.
        case wide
        /// As wide as is good to read.
        case narrow
    }

    /// A whole page for somebody who has come in.
    package func page(
        _ title: String,
        in area: Area,
        width: Width = .wide,
        head: HTML? = nil,
        _ body: HTML
    ) -> HTML {
        let heading: HTML = head ?? "<div class=\"head\"><div><h1>\(title)</h1></div></div>"
        return document(
            title,
            """
            <a class="skip" href="#main">\(texts.frame.skip)</a>
            \(impersonation)\(top(area))
            <main id="main" class="\(width.rawValue)">\(heading)\(noticeBox)\(body)</main>
            """
        )
    }

    /// A whole page for somebody who has not come in yet.
    package func strangerPage(_ title: String, _ body: HTML) -> HTML {
        document(
            title,
            """
            <main id="main" class="stranger"><a class="brand" href="/">\(Frame.mark)Muster</a>
            <div class="card"><h1>\(title)</h1><p></p>\(noticeBox)\(body)</div></main>
            """
        )
    }

    private func document(_ title: String, _ body: HTML) -> HTML {
        """
        <!doctype html>
        <html lang="\(texts.language)"><head><meta charset="utf-8"><title>\(title) - Muster</title>
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <link rel="icon" href="\(HTML(trusted: Frame.icon))">
        <link rel="stylesheet" href="\(styles)"><script src="\(script)" defer></script></head>
        <body><div id="away" class="note warn away" role="alert" data-back="\(texts.frame.isBack)" hidden>\(texts.frame.isAway)</div>\
        \(body)</body></html>

        """
    }

    /// What is told above the content, announced where it is read aloud.
    package var noticeBox: HTML? {
        notice.map { notice in
            let role = notice.kind == .bad ? "alert" : "status"
            return
                "<div class=\"note \(notice.kind.rawValue)\" role=\"\(role)\">\(notice.text)</div>"
        }
    }

    private var impersonation: HTML? {
        guard let viewer, let impersonator = viewer.impersonator else { return nil }
        let stop = form("/admin/impersonation/end") {
            "<button class=\"small\">\(texts.frame.stopActing)</button>"
        }
        return """
            <div class="as" role="status"><span>\(texts.frame.actingAs) <bdi>\(viewer.username)</bdi> \
            (\(texts.frame.signedInAs) <bdi>\(impersonator)</bdi>)</span>\(stop)</div>
            """
    }

    private func top(_ area: Area) -> HTML {
        guard let viewer else { return .empty }
        let items = links(viewer).map { link -> HTML in
            let mark: HTML = link.area == area ? " aria-current=\"page\"" : ""
            return "<li><a href=\"\(link.path)\"\(mark)>\(link.name)</a></li>"
        }
        let out = form("/sign-out") { "<button class=\"small\">\(texts.frame.signOut)</button>" }
        let navigation: HTML =
            items.isEmpty
            ? "" : "<nav aria-label=\"\(texts.frame.navigation)\"><ul>\(items)</ul></nav>"
        let menu: HTML =
            items.isEmpty
            ? ""
            : """
            <details class="menu"><summary>\(texts.frame.menu)</summary>
            <nav aria-label="\(texts.frame.menu)"><ul>\(items)</ul></nav></details>
            """
        return """
            <header class="top"><a class="brand" href="/">\(Frame.mark)Muster</a>\(navigation)
            <div class="who"><a href="/account" title="\(texts.frame.account)"><bdi>\(viewer.name)</bdi></a>\(out)</div>\(menu)
            </header>
            """
    }

    private func links(_ viewer: Viewer) -> [(area: Area, path: String, name: String)] {
        let frame = texts.frame
        guard viewer.isSettled else { return [] }
        var links: [(area: Area, path: String, name: String)] = []
        if viewer.isReader {
            links += [
                (.overview, "/admin", frame.overview), (.users, "/admin/users", frame.users),
                (.groups, "/admin/groups", frame.groups),
            ]
        }
        if viewer.isAdministrator { links.append((.sessions, "/admin/sessions", frame.sessions)) }
        if viewer.hasRole {
            links += [
                (.audit, "/admin/audit", frame.audit),
                (.settings, "/admin/settings", frame.settings),
            ]
        }
        links.append((.account, "/account", frame.account))
        return links
    }

    /// The product's mark.
    static let mark: HTML = """
        <svg viewBox="0 0 24 24" aria-hidden="true"><rect x="1" y="1" width="22" height="22" rx="6" \
        fill="currentColor"/><path d="M6.5 17V7.5l5.5 6 5.5-6V17" fill="none" stroke="var(--on-accent)" \
        stroke-width="2.4" stroke-linecap="round" stroke-linejoin="round"/></svg>
        """

    private static let icon =
        "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 24 24'%3E%3Crect width='24' "
        + "height='24' rx='6' fill='%233451c6'/%3E%3Cpath d='M6.5 17V7.5l5.5 6 5.5-6V17' fill='none' "
        + "stroke='%23fff' stroke-width='2.4'/%3E%3C/svg%3E"
}
