/// What is told when something was done.
package struct DoneTexts: Sendable {
    package var saved = "Saved."
    package var expired = "Your session is over. Sign in to go on; nothing was changed."
    package var kept =
        "Your session is over. Sign in to go on; nothing was changed, and what you had typed is kept."
    package var signedOut = "You have signed out."
    package var passwordChanged = "The password was changed. All other sessions have ended."
    package var sessionEnded = "The session has ended."
    package var sessionsEnded = "All sessions have ended."
    package var factorAdded = "The second factor was added."
    package var factorRemoved = "The second factor was removed."
    package var codesChanged = "The settings for codes were saved."
    package var codeSent = "A code is on its way."
    package var fewCodes = "Few of your recovery codes are left. Make new ones under Security."
    package var keyAdded = "The SSH key was added."
    package var keyKnown = "That SSH key was there already; nothing was changed."
    package var keyRemoved = "The SSH key was removed."
    package var keysRevoked = "The API keys were revoked."
    package var created = "Created."
    package var deleted = "Deleted."
    package var unlocked = "Failed sign-ins were forgotten, and the password is open again."
    package var reset =
        "All second factors were removed. A new one has to be set up at the next sign-in."
    package var confirmed = "Thank you. You can go on for five minutes without being asked again."
    package var memberAdded = "The user is a member now."
    package var memberRemoved = "The user is no member any more."
}
