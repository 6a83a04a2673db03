package import MusterCore

/// Where people change their own password.
package struct PasswordPage: Sendable {
    /// What a password has to be.
    package let policy: PasswordPolicy.Kind
    /// What is wrong with the present password.
    package var current = FieldState()
    /// What is wrong with the new one.
    package var new = FieldState()
    /// Whether it has to be changed before anything else.
    package var isTemporary = false

    /// Builds the page.
    package init(_ policy: PasswordPolicy.Kind) {
        self.policy = policy
    }

    /// The page.
    package func html(_ frame: Frame) -> HTML {
        let t = frame.texts.account
        var frame = frame
        if isTemporary, frame.notice == nil { frame.notice = Frame.Notice(.warn, "\(t.temporary)") }
        let name = frame.viewer?.username ?? ""
        let form = frame.form("/account/password") {
            """
            <input type="text" name="username" value="\(name)" autocomplete="username" hidden>\
            \(frame.input(
                "current_password", t.currentPassword, current, type: "password",
                attributes: " autocomplete=\"current-password\" required"))\
            \(frame.newPassword(policy, new))\
            <div class="actions"><button class="main">\(t.changePassword)</button></div>
            """
        }
        return frame.accountPage(
            .security,
            title: t.password,
            "<section class=\"card\">\(form)</section>"
        )
    }
}

extension Frame {
    /// A field for a new password, with the policy in words that the script ticks off.
    package func newPassword(
        _ policy: PasswordPolicy.Kind,
        _ state: FieldState,
        isRequired: Bool = true
    ) -> HTML {
        let t = texts.account
        let (words, least): (String, Int) =
            switch policy {
            case .basic: (t.policyBasic, 8)
            case .tenable: (t.policyTenable, 12)
            case .strict: (t.policyStrict, 15)
            }
        let rules: [(String, String)] =
            policy == .tenable
            ? [("upper", t.upper), ("lower", t.lower), ("digit", t.digit), ("sign", t.sign)] : []
        let items: [HTML] = rules.map { "<li data-rule=\"\($0.0)\">\($0.1)</li>" }
        let required: HTML = isRequired ? " required" : ""
        return """
            <div data-policy>\(input(
                "password", t.newPassword, state, type: "password", hint: "\(words)",
                attributes: " autocomplete=\"new-password\"\(required)"))\
            <ul class="strength" hidden><li data-rule="length" data-least="\(least)">\(least) \(t.atLeast)</li>\(items)</ul></div>
            """
    }
}
