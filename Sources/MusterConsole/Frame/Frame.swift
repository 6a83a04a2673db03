package import MusterCore

/// What every page shows around its own content, and what its forms need.
package struct Frame: Sendable {
    /// Who looks at the page.
    package struct Viewer: Sendable {
        /// The login name.
        package let username: String
        /// The name that is shown.
        package let name: String
        /// Whether the viewer may look at other users.
        package let isReader: Bool
        /// Whether the viewer may administer users.
        package let isAdministrator: Bool
        /// Whether the viewer has the role Administrator.
        package let hasRole: Bool
        /// The administrator who looks in the viewer's name; nil for the viewer itself.
        package let impersonator: String?
        /// Whether nothing has to be set right before anything else.
        package let isSettled: Bool

        /// Describes who looks at a page.
        package init(_ principal: Principal) {
            username = principal.user.username.text
            name = principal.user.displayName
            isSettled = !principal.mustChangePassword && !principal.mustEnrolFactor
            isReader =
                principal.isAdministrator || principal.user.masks.canRead(.users)
            isAdministrator = principal.isAdministrator
            hasRole = principal.role == .administrator
            impersonator = principal.impersonator?.username.text
        }
    }

    /// What is told above a page's content.
    package struct Notice: Sendable {
        /// How it is meant.
        package enum Kind: String, Sendable {
            /// Something was done.
            case good
            /// Something is to be known.
            case warn
            /// Something was not done.
            case bad
        }

        /// How it is meant.
        package let kind: Kind
        /// What is told.
        package let text: HTML

        /// Builds a notice.
        package init(_ kind: Kind, _ text: HTML) {
            self.kind = kind
            self.text = text
        }
    }

    /// The texts, in one language.
    package let texts: Texts
    /// The path of the styles.
    package let styles: String
    /// The path of the script.
    package let script: String
    /// Who looks at the page; nil for a stranger.
    package let viewer: Viewer?
    /// What proves that a form was sent from a page of this session.
    package let formToken: String
    /// What tells forms of this page from those of the same page loaded another time; empty for strangers.
    package let once: String
    /// What is told above the content.
    package var notice: Notice?
    /// Whether the viewer can prove by a passkey who it is, where a page asks for that.
    package var takesPasskey = false
    /// The moment at which the page was made.
    package let now: Timestamp

    /// Builds a frame.
    package init(
        texts: Texts,
        styles: String,
        script: String,
        viewer: Viewer?,
        formToken: String,
        once: String = "",
        notice: Notice? = nil,
        now: Timestamp
    ) {
        self.texts = texts
        self.styles = styles
        self.script = script
        self.viewer = viewer
        self.formToken = formToken
        self.once = once
        self.notice = notice
        self.now = now
    }
}

/// The parts of the console between which the navigation moves.
package enum Area: String, Sendable {
    case account, overview, users, groups, sessions, audit, settings, none
}
