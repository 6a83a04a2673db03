package import MusterCore

/// One user, with all that belongs to it and all that can be done with it.
package struct UserPage: Sendable {
    /// The user, and what belongs to it.
    package let account: UserAccount
    /// The fields as they stand, or as they were typed.
    package let form: UserForm
    /// The revision that the fields were read at.
    package let revision: String
    /// The second factors; nil if the viewer may not look at them.
    package var factors: FactorList?
    /// The public keys.
    package var keys: [StoredSSHKey] = []
    /// The sessions.
    package var sessions: [OwnedSession] = []
    /// The last events that were about the user; nil if the viewer may not look at them.
    package var events: [AuditEvent]?
    /// Groups in which the user is not.
    package var otherGroups: [Group] = []
    /// Whether the password is locked.
    package var isLocked = false
    /// What keeps the user from signing in; nil unless that was asked.
    package var why: SignInOutlook?
    /// The key as it was typed.
    package var line = FieldState()
    /// The name that was typed to delete the user, and what is wrong with it.
    package var deletion = FieldState()
    /// What is wrong with the new password.
    package var password = FieldState()
    /// Whether a new password has to be changed at the next login.
    package var isTemporary = true
    /// The group into which the user was to be put.
    package var group = FieldState()

    /// What somebody else has changed since the fields were read.
    package var stale: [StaleField] = []

    /// Builds the page.
    package init(_ account: UserAccount, form: UserForm, revision: String) {
        self.account = account
        self.form = form
        self.revision = revision
    }

    var user: User { account.user }
    var path: String { "/admin/users/\(user.id.rawValue)" }

    /// The page.
    package func html(_ frame: Frame) -> HTML {
        let t = frame.texts.users
        let mayChange = frame.viewer?.isAdministrator ?? false
        let act: HTML =
            (frame.viewer?.hasRole ?? false) && frame.viewer?.impersonator == nil
            ? frame.form("\(path)/act") { "<button class=\"small\">\(t.act)</button>" } : ""
        let head: HTML = """
            <div class="head"><div><p class="crumbs"><a href="/admin/users">\(t.title)</a></p>\
            <h1><bdi>\(user.displayName)</bdi></h1><p class="tags">\(frame.states(of: user, isLocked: isLocked))</p></div>\
            <div class="actions"><a class="button small" href="\(path)?why=yes#why">\(frame.texts.why.title)</a>\(act)</div></div>
            """
        let fields: HTML =
            mayChange
            ? frame.form(path) {
                """
                <input type="hidden" name="revision" value="\(revision)">\(form.identity(frame))\(form.rights(frame))\
                \(form.places(frame))<div class="actions"><button class="main">\(t.save)</button></div>
                """
            } : ""
        return frame.page(
            user.displayName,
            in: .users,
            head: head,
            """
            \(staleBox(frame, t))\(whyBox(frame))<div class="two"><div>\(fields)<p></p>\(keyCard(frame, t, mayChange))\
            \(sessionCard(frame, t))\(trail(frame, t))</div><div>\(facts(frame, t))\(checkBox(frame, t))\(groups(frame, t, mayChange))\
            \(mayChange ? ways(frame, t) : .empty)\(mayChange ? deletionCard(frame, t) : .empty)</div></div>
            """
        )
    }

    private func facts(_ frame: Frame, _ t: UsersTexts) -> HTML {
        let names = (factors?.factors ?? []).map {
            "<span class=\"tag\"><bdi>\($0.label)</bdi></span>" as HTML
        }
        let found: HTML =
            names.isEmpty
            ? "<span class=\"muted\">\(t.none)</span>" : "<span class=\"tags\">\(names)</span>"
        let second: HTML? = factors == nil ? nil : "<dt>\(t.factors)</dt><dd>\(found)</dd>"
        return """
            <section class="card"><h2>\(t.facts)</h2><dl class="facts"><dt>\(t.username)</dt><dd><bdi>\(user.username.text)</bdi></dd>\
            <dt>\(t.id)</dt><dd class="number">\(user.id.rawValue)</dd>\
            <dt>\(t.lastSignIn)</dt><dd>\(frame.time(user.logins.lastSuccess))</dd>\
            <dt>\(t.failed)</dt><dd>\(user.logins.failureCount)</dd>\
            <dt>\(t.lastKeyUse)</dt><dd>\(frame.time(user.lastKeyUse))</dd>\(second)\
            <dt>\(t.created)</dt><dd>\(frame.time(user.createdAt))</dd>\
            <dt>\(t.changed)</dt><dd>\(frame.time(user.changedAt))</dd></dl></section>
            """
    }

    private func checkBox(_ frame: Frame, _ t: UsersTexts) -> HTML {
        """
        <section class="card"><h2>\(t.check)</h2><form method="get" action="\(path)">\
        <div class="field"><label for="address">\(t.address)</label>\
        <input id="address" name="address" placeholder="10.1.2.3" required></div><button>\(t.ask)</button></form></section>
        """
    }
}
