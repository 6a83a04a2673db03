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

/// Fields that are sent and not shown.
func hidden(_ fields: [(name: String, value: String)]) -> [HTML] {
    fields.map { "<input type=\"hidden\" name=\"\($0.name)\" value=\"\($0.value)\">" }
}

/// What a passkey, which signs in by the script, goes on with.
func resumeForm(_ kept: [(name: String, value: String)]) -> HTML {
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
