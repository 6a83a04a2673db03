package import MusterCore

/// One's own record.
package struct ProfilePage: Sendable {
    /// The account.
    package let account: UserAccount
    /// The name as it was typed.
    package let name: FieldState
    /// The address as it was typed.
    package let email: FieldState
    /// What is wrong with the current password.
    package let password: FieldState

    /// Builds the page.
    package init(_ account: UserAccount, name: FieldState, email: FieldState, password: FieldState)
    {
        self.account = account
        self.name = name
        self.email = email
        self.password = password
    }

    /// The page.
    package func html(_ frame: Frame) -> HTML {
        let t = frame.texts.account
        let form = frame.form("/account") {
            """
            \(frame.input("name", t.name, name, attributes: " autocomplete=\"name\""))\
            \(frame.input("email", t.email, email, type: "email", attributes: " autocomplete=\"email\""))\
            \(frame.input(
                "current_password", t.currentPassword, password, type: "password",
                hint: "\(t.currentPasswordHint)", attributes: " autocomplete=\"current-password\""))\
            <button class="main">\(frame.texts.frame.save)</button>
            """
        }
        return frame.accountPage(
            .profile,
            """
            <section class="card"><h2>\(t.record)</h2>\(facts(frame, t))</section>
            <section class="card"><h2>\(t.edit)</h2>\(form)</section>
            """
        )
    }

    private func facts(_ frame: Frame, _ t: AccountTexts) -> HTML {
        let user = account.user
        let groups: HTML =
            account.groups.isEmpty
            ? "<span class=\"muted\">\(t.noGroups)</span>"
            : "<span class=\"tags\">\(account.groups.map { "<span class=\"tag\"><bdi>\($0.name)</bdi></span>" as HTML })</span>"
        let hosts: HTML =
            user.hosts.texts.isEmpty
            ? "\(t.anywhere)"
            : "\(user.hosts.texts.map { "<span class=\"mono\">\($0)</span> " as HTML })"
        return """
            <dl class="facts"><dt>\(t.username)</dt><dd><bdi>\(user.username.text)</bdi></dd>
            <dt>\(t.role)</dt><dd>\(user.role.name)</dd>
            <dt>\(t.groups)</dt><dd>\(groups)</dd>
            <dt>\(t.hosts)</dt><dd>\(hosts)</dd>
            <dt>\(t.timeout)</dt><dd>\(frame.duration(user.inactivityTimeout))</dd>
            <dt>\(t.expires)</dt><dd>\(frame.time(user.expiresAt))</dd>
            <dt>\(t.created)</dt><dd>\(frame.time(user.createdAt))</dd></dl>
            """
    }
}

extension Frame {
    /// A span of time in its largest whole unit; zero is none.
    func duration(_ duration: Duration) -> HTML {
        let t = texts.account
        let seconds = duration.components.seconds
        if seconds == 0 { return "\(t.noTimeout)" }
        if seconds % 3_600 == 0 { return "\(seconds / 3_600) \(t.hours)" }
        if seconds % 60 == 0 { return "\(seconds / 60) \(t.minutes)" }
        return "\(seconds) \(t.seconds)"
    }
}
