/// Every text of the console in one language.
///
/// The values that stand here are English. Another language is a file with a constant in which they are others.
package struct Texts: Sendable {
    /// The language's code (BCP 47).
    package var language = "en"
    /// What stands around every page.
    package var frame = FrameTexts()
    package var done = DoneTexts()
    package var error = ErrorTexts()
    package var signIn = SignInTexts()
    package var account = AccountTexts()
    package var security = SecurityTexts()
    package var keys = KeysTexts()
    package var users = UsersTexts()
    package var why = WhyTexts()
    package var groups = GroupsTexts()
    package var imports = ImportTexts()
    package var exports = ExportTexts()
    package var audit = AuditTexts()
    package var overview = OverviewTexts()
    package var settings = SettingsTexts()

    /// English.
    package static let english = Texts()
}

/// What stands around every page.
package struct FrameTexts: Sendable {
    var skip = "Skip to content"
    var navigation = "Sections"
    var menu = "Menu"
    var overview = "Overview"
    var users = "Users"
    var groups = "Groups"
    var sessions = "Sessions"
    var audit = "Audit log"
    var settings = "Settings"
    var account = "My account"
    var signOut = "Sign out"
    var actingAs = "You are acting as"
    var signedInAs = "signed in as"
    var stopActing = "Stop acting"
    var never = "never"
    var save = "Save"
    var cancel = "Cancel"
    var back = "Back"
    var isAway =
        "The server does not answer. It may be restarting: what you have typed stays here, and this page keeps looking for it."
    var isBack = "The server is back. Do once more what you wanted to do."
}
