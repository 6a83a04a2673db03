/// Asks an administrator for its own password, or a passkey, before what a stolen session must not do, and goes on with the form.
package struct ConfirmPage: Sendable {
    /// Where the form is sent to.
    package var path: String
    /// Its fields without its secrets.
    package var values: [(name: String, value: String)]
    /// Whether it had a new password, which is not kept and asked for again.
    package var asksNewPassword = false
    /// Whether the password itself is what is needed, and nothing stands in for it.
    package var takesPasswordAlone = false
    /// What is wrong with the password that was given; nil if none was.
    package var error: String?

    /// Builds a page.
    package init(path: String, values: [(name: String, value: String)]) {
        self.path = path
        self.values = values
    }

    /// The page.
    package func html(_ frame: Frame) -> HTML {
        let t = frame.texts
        let new: HTML? =
            asksNewPassword
            ? frame.input(
                "password",
                t.account.newPassword,
                type: "password",
                hint: "\(t.users.typeAgain)",
                attributes: " autocomplete=\"new-password\" required"
            ) : nil
        let own = frame.input(
            "current_password",
            t.security.ownPassword,
            FieldState(error: error),
            type: "password",
            hint: takesPasswordAlone || frame.takesPasskey ? nil : "\(t.security.confirmWithout)",
            attributes: " autocomplete=\"current-password\" required autofocus"
        )
        let form = frame.form(path) {
            """
            \(hidden(values))\(frame.passkeyProof)\(own)\(new)<div class="actions"><button class="main">\(t.security.confirm)</button>\
            <a class="button" href="\(back)">\(t.frame.cancel)</a></div>
            """
        }
        return frame.page(
            t.security.confirmTitle,
            in: path.utf8.starts(with: "/admin/groups".utf8) ? .groups : .users,
            width: .narrow,
            "<section class=\"card\"><p>\(t.security.confirmHint)</p><p></p>\(form)</section>"
        )
    }

    /// The page that the form belongs to: that of a user, a group or an import, or else their list.
    private var back: String {
        let parts = path.utf8.split(separator: UInt8(ascii: "/")).map { String(Substring($0)) }
        let isOne = parts.count > 2 && parts[2] != "new" && parts[2] != "bulk"
        return "/" + parts.prefix(isOne ? 3 : 2).joined(separator: "/")
    }
}
