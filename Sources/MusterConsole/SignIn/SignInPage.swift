/// Where somebody comes in.
package struct SignInPage: Sendable {
    /// The name as it was typed.
    package var username = FieldState()
    /// Where to go afterwards: a path of the console; empty for the start.
    package var next = ""
    /// Whether passkeys can be used here.
    package var takesPasskeys = false
    /// Whether the name and the password did not belong together.
    package var isRefused = false
    /// The fields that carry a form which was sent when its session had ended.
    package var kept: [(name: String, value: String)] = []

    /// An empty form.
    package init() {}

    /// The page.
    package func html(_ frame: Frame) -> HTML {
        let t = frame.texts.signIn
        var frame = frame
        if isRefused { frame.notice = Frame.Notice(.bad, "\(t.refused)") }
        let name = frame.input(
            "username",
            t.username,
            username,
            attributes:
                " autocomplete=\"username\" autocapitalize=\"none\" spellcheck=\"false\" required autofocus"
        )
        let password = frame.input(
            "password",
            t.password,
            type: "password",
            attributes: " autocomplete=\"current-password\" required"
        )
        return frame.strangerPage(
            t.title,
            """
            <form method="post" action="/sign-in"><input type="hidden" name="next" value="\(next)">\(hidden(kept))\
            \(name)\(password)<button class="main wide">\(t.submit)</button></form>\
            \(passkey(t))
            """
        )
    }

    private func passkey(_ t: SignInTexts) -> HTML {
        guard takesPasskeys else { return .empty }
        return """
            \(resumeForm(kept))<div data-needs="passkeys" hidden><p class="or">\(t.or)</p>
            <button type="button" class="wide" data-passkey="sign-in" data-next="\(next)">\(t.passkey)</button>
            <p class="error" role="alert" data-passkey-error data-text="\(t.passkeyFailed)"></p></div>
            """
    }
}

/// Where somebody whose password was right shows a second factor.
package struct FactorPage: Sendable {
    /// By what it may be shown, in the words of the API, the strongest first.
    package var kinds: [String]
    /// Where to go afterwards.
    package var next: String
    /// Whether the last answer was wrong.
    package var isRefused = false
    /// The fields that carry a form which was sent when its session had ended.
    package var kept: [(name: String, value: String)] = []

    /// A form for some kinds.
    package init(kinds: [String], next: String) {
        self.kinds = kinds
        self.next = next
    }

    private func has(_ kind: String) -> Bool { kinds.contains(kind) }

    /// The page.
    package func html(_ frame: Frame) -> HTML {
        let t = frame.texts.signIn
        var frame = frame
        if isRefused { frame.notice = Frame.Notice(.bad, "\(t.wrongCode)") }
        let names = kinds.compactMap { kind in
            switch kind {
            case "totp": t.hintApp
            case "sms": t.hintSMS
            case "email": t.hintEmail
            case "recovery": t.hintRecovery
            default: nil
            }
        }
        let hint: [HTML] = names.map { "<span>\($0)</span> " }
        let code = frame.input(
            "code",
            t.code,
            hint: "\(hint)",
            attributes:
                " autocomplete=\"one-time-code\" autocapitalize=\"characters\" spellcheck=\"false\" required autofocus"
        )
        let codeForm: HTML =
            names.isEmpty
            ? ""
            : """
            <form method="post" action="/sign-in/factor"><input type="hidden" name="next" value="\(next)">\(hidden(kept))\
            \(code)<button class="main wide">\(t.submit)</button></form>
            """
        return frame.strangerPage(
            t.factorTitle,
            "\(passkey(t))\(codeForm)\(senders(t))<p></p><p class=\"small\"><a href=\"/sign-in\">\(t.other)</a></p>"
        )
    }

    private func passkey(_ t: SignInTexts) -> HTML {
        guard has("webauthn") else { return .empty }
        return """
            \(resumeForm(kept))<div data-needs="passkeys" hidden>
            <button type="button" class="main wide" data-passkey="factor" data-next="\(next)">\(t.usePasskey)</button>
            <p class="error" role="alert" data-passkey-error data-text="\(t.passkeyFailed)"></p>
            <p class="or">\(t.or)</p></div><noscript><p class="note warn">\(t.passkeyNeedsScript)</p></noscript>
            """
    }

    private func senders(_ t: SignInTexts) -> [HTML] {
        [("sms", t.sendSMS), ("email", t.sendEmail)].filter { has($0.0) }.map { channel, text in
            """
            <form method="post" action="/sign-in/send"><input type="hidden" name="next" value="\(next)">\(hidden(kept))\
            <input type="hidden" name="channel" value="\(channel)"><p></p>\
            <button class="wide">\(text)</button></form>
            """
        }
    }
}

/// Fields that are sent and not shown.
func hidden(_ fields: [(name: String, value: String)]) -> [HTML] {
    fields.map { "<input type=\"hidden\" name=\"\($0.name)\" value=\"\($0.value)\">" }
}

/// What a passkey, which signs in by the script, goes on with.
private func resumeForm(_ kept: [(name: String, value: String)]) -> HTML {
    kept.isEmpty
        ? ""
        : "<form method=\"post\" action=\"/sign-in/resume\" data-resume hidden>\(hidden(kept))</form>"
}

/// The texts of the way in.
package struct SignInTexts: Sendable {
    var title = "Sign in"
    var username = "User name"
    var password = "Password"
    var submit = "Sign in"
    var or = "or"
    var passkey = "Sign in with a passkey"
    var usePasskey = "Use a passkey"
    var passkeyFailed = "The passkey was not taken. Try again, or use another way."
    var passkeyNeedsScript =
        "Passkeys need scripts, which are switched off in this browser. Use a code."
    var refused =
        "That did not work. Check the name and the password, or wait a while after several attempts."
    var factorTitle = "Second step"
    var code = "Code"
    var hintApp = "The code that your authenticator app shows."
    var hintSMS = "The code that was sent to your phone."
    var hintEmail = "The code that was sent to your e-mail address."
    var hintRecovery = "A recovery code will do, too."
    var wrongCode = "That code is not right, was used already, or is too old."
    var sendSMS = "Send a code to my phone"
    var sendEmail = "Send a code by e-mail"
    var other = "Begin again with another name"
    var resumeTitle = "Go on where you were"
    var resumeHint =
        "You are signed in again. This is what you had typed; nothing was changed yet. Passwords were not kept."
    var send = "Send it"
    var leave = "Do not send it"
}
