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
    /// Whether its owner must have a second factor.
    package var isBesideFactor = false

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
            \(frame.newPassword(policy, new, isBesideFactor ? .always : .never))\
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

/// Whether the user whose password it is must have a second factor.
package enum PasswordCompany: Sendable {
    /// It must not.
    case never
    /// It must.
    case always
    /// The same form says so.
    case asTicked
}

extension Frame {
    /// A field for a new password, with the policy in words that the script ticks off.
    package func newPassword(
        _ policy: PasswordPolicy.Kind,
        _ state: FieldState,
        _ company: PasswordCompany = .never,
        isRequired: Bool = true
    ) -> HTML {
        let t = texts.account
        let least = PasswordPolicy(policy).minimumLength(besideFactor: company == .always)
        let words =
            switch policy {
            case .basic: t.policyBasic
            case .tenable: t.policyTenable
            case .strict: t.policyStrict
            case .nist: t.words(company)
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
            <ul class="strength" hidden>\(length(policy, least, company))\(items)</ul></div>
            """
    }

    private func length(
        _ policy: PasswordPolicy.Kind,
        _ least: Int,
        _ company: PasswordCompany
    ) -> HTML {
        let t = texts.account
        guard policy == .nist, company == .asTicked else {
            return "<li data-rule=\"length\" data-least=\"\(least)\">\(least) \(t.atLeast)</li>"
        }
        let beside = PasswordPolicy(policy).minimumLength(besideFactor: true)
        return """
            <li data-rule="length" data-least="\(least)" data-least-beside="\(beside)">\(least) \(t.atLeast), \
            \(beside) \(t.atLeastBesideFactor)</li>
            """
    }
}

extension AccountTexts {
    fileprivate func words(_ company: PasswordCompany) -> String {
        switch company {
        case .never: policyStrict
        case .always: policyBesideFactor
        case .asTicked: policyNIST
        }
    }
}
