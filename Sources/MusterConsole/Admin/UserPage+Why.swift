import MusterCore

extension UserPage {
    /// What keeps the user from signing in, and what to do; nothing unless that was asked.
    func whyBox(_ frame: Frame) -> HTML {
        guard let why else { return .empty }
        let t = frame.texts.why
        var reasons: [HTML] = why.bars.map { "\(t.text(of: $0))" }
        reasons += why.faults.map { fault -> HTML in
            let label: HTML? = fault.label.map { " <bdi>\($0)</bdi>" }
            return "\(t.name(of: fault.kind))\(label) \(t.text(of: fault.reason))"
        }
        if !why.showsFactors { reasons.append("\(t.hidden)") }
        if !user.hosts.texts.isEmpty {
            let places = user.hosts.texts.joined(separator: ", ")
            reasons.append("\(t.hosts) <span class=\"mono\">\(places)</span>")
        }
        if why.mustEnrol { reasons.append("\(t.enrol)") }
        let items: [HTML] = reasons.map { "<li>\($0)</li>" }
        let list: HTML? = items.isEmpty ? nil : "<ul>\(items)</ul>"
        let head: HTML? = why.bars.isEmpty ? "<p>\(t.nothing)</p>" : nil
        let style = why.bars.isEmpty && why.faults.isEmpty ? "good" : "warn"
        return """
            <section id="why" class="note \(style)" role="status"><h2>\(t.title)</h2>\(head)\(list)</section>
            """
    }
}

/// The texts that say why somebody cannot sign in.
package struct WhyTexts: Sendable {
    var title = "Why can this person not sign in?"
    var nothing =
        "Nothing in the directory keeps this person from signing in with the right password."
    var disabled = "The account is disabled. Enable it under Account."
    var expired = "The account has expired. Set a later moment, or none, under Account."
    var method = "The password is not among the permitted ways in. Permit it under Ways in."
    var noPassword = "There is no password. Set one under Set a password."
    var locked =
        "Too many sign-ins have failed, and the password is shut for a while. Forget failed sign-ins here."
    var noFactor =
        "A sign-in asks for a second factor, and none that this person has would be taken. Why, and what to do:"
    var hidden =
        "Second factors were not looked at: that is for administrators of users who hold as much as this person. Ask one of them."
    var hosts = "Sign-ins are taken from these places only:"
    var enrol =
        "A second factor has to be set up at the next sign-in, which is asked for by itself."
    var app = "The authenticator app"
    var passkey = "The passkey"
    var sms = "A code by SMS"
    var email = "A code by e-mail"
    var recovery = "A recovery code"
    var off =
        "was wrong \(FactorRules.maximumFailures) times in a row and is not taken any more. Sign in with another factor and set it up again, or have all second factors removed here."
    var offElsewhere =
        "was wrong \(FactorRules.maximumFailuresElsewhere) times in a row and is taken only from where this person has signed in before. Sign in from there, or with another factor."
    var sealed =
        "is sealed with another master key, so that no code is right. Give the server its master key back, or have all second factors removed here."
    var noSite =
        "works only under the public address for which it was made. Set http.publicURL to that address, or have all second factors removed here."
    var unsent =
        "cannot be sent: the server has no such way, or the person no address for it. Set codes.email.delivery or codes.sms.delivery, mend the address, or have all second factors removed here."

    fileprivate func text(of bar: SignInOutlook.Bar) -> String {
        switch bar {
        case .refused(.disabled): disabled
        case .refused(.expired): expired
        case .refused(.methodNotPermitted): method
        case .refused(.locked): locked
        case .refused(let refusal): refusal.rawValue
        case .noPassword: noPassword
        case .noFactor: noFactor
        }
    }

    fileprivate func name(of kind: FactorKind) -> String {
        switch kind {
        case .timeCode: app
        case .passkey: passkey
        case .sms: sms
        case .email: email
        case .recovery: recovery
        }
    }

    fileprivate func text(of reason: SignInOutlook.Fault.Reason) -> String {
        switch reason {
        case .off: off
        case .offElsewhere: offElsewhere
        case .sealed: sealed
        case .noSite: noSite
        case .unsent: unsent
        }
    }
}
