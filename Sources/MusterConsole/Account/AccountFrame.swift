/// The parts of one's own account.
package enum AccountTab: String, CaseIterable, Sendable {
    case profile, security, keys, sessions

    var path: String {
        switch self {
        case .profile: "/account"
        case .security: "/account/security"
        case .keys: "/account/keys"
        case .sessions: "/account/sessions"
        }
    }

    func name(_ t: AccountTexts) -> String {
        switch self {
        case .profile: t.profile
        case .security: t.security
        case .keys: t.keys
        case .sessions: t.sessions
        }
    }
}

extension Frame {
    /// A page of one's own account, with the way to its other parts.
    package func accountPage(_ tab: AccountTab, title: String? = nil, _ body: HTML) -> HTML {
        let t = texts.account
        let tabs = AccountTab.allCases.map { other -> HTML in
            let mark: HTML = other == tab ? " aria-current=\"page\"" : ""
            return "<li><a href=\"\(other.path)\"\(mark)>\(other.name(t))</a></li>"
        }
        let isSettled = viewer?.isSettled ?? false
        let ways: HTML =
            isSettled ? "<nav aria-label=\"\(t.title)\"><ul class=\"tabs\">\(tabs)</ul></nav>" : ""
        let head: HTML = """
            <div class="head"><div><p class="crumbs">\(t.title)</p><h1>\(title ?? tab.name(t))</h1></div>\(ways)</div>
            """
        return page(title ?? tab.name(t), in: .account, width: .narrow, head: head, body)
    }
}

/// The texts of one's own account.
package struct AccountTexts: Sendable {
    var title = "My account"
    var profile = "Profile"
    var security = "Security"
    var keys = "Keys"
    var sessions = "Sessions"
    var username = "User name"
    var name = "Name"
    var email = "E-mail address"
    var emailHint = "Codes and notices go there. To change it, give your password, too."
    var currentPassword = "Current password"
    var currentPasswordHint = "Needed where the e-mail address changes."
    var role = "Role"
    var rights = "Rights"
    var groups = "Groups"
    var noGroups = "none"
    var hosts = "May come in from"
    var anywhere = "anywhere"
    var timeout = "Ends when idle for"
    var noTimeout = "no limit"
    var expires = "Account expires"
    var created = "Member since"
    var record = "What is kept of you"
    var edit = "Change"
    var signIns = "Sign-ins"
    var lastSignIn = "Last sign-in"
    var lastFailure = "Last failed attempt"
    var failures = "Failed attempts since the last sign-in"
    var noSessions = "There are no other sessions."
    var began = "Began"
    var lastUse = "Last use"
    var place = "From"
    var program = "Program"
    var thisSession = "This session"
    var end = "End"
    var newestSessions = "Newest sessions"
    var endAll = "End all sessions"
    var endAllHint = "You are signed out here, too."
    var unknownPlace = "unknown"
    var lastSignIns = "Your last sign-ins"
    var when = "When"
    var what = "What"
    var result = "Result"
    var wentWell = "went well"
    var password = "Change password"
    var secondFactor = "Second factor"
    var sessionBegan = "Session began"
    var newPassword = "New password"
    var changePassword = "Change password"
    var temporary = "Your password is temporary. Choose one of your own to go on."
    var seconds = "s"
    var minutes = "min"
    var hours = "h"
    package var policyBasic = "At least 8 characters."
    package var policyTenable =
        "At least 12 characters with an upper-case letter, a lower-case letter, a digit and another sign; none of your former passwords."
    package var policyStrict = "At least 15 characters, not your user name and no common password."
    /// For whoever must have a second factor.
    package var policyBesideFactor =
        "At least 8 characters beside your second factor, not your user name and no common password."
    /// For a user who is to be made.
    package var policyNIST =
        "At least 15 characters, or 8 where a second factor is required; not the user name and no common password."
    var atLeast = "characters or more"
    var atLeastBesideFactor = "where a second factor is required"
    var upper = "an upper-case letter"
    var lower = "a lower-case letter"
    var digit = "a digit"
    var sign = "another sign"
    var differs = "not your user name"
}
