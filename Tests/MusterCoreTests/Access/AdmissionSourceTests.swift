import MusterCore
import Testing

/// Reads the sources: what would let somebody in stands in one place, so that nobody can forget to ask there.
@Suite("The rule of admission stands once")
struct AdmissionSourceTests {
    /// What only some files may say: a pattern, and those that have a reason to.
    struct Phrase: Sendable, CustomTestStringConvertible {
        let pattern: String
        /// Files of MusterCore, without their folders' beginning.
        let files: Set<String>

        var testDescription: String { pattern }
    }

    private static let phrases: [Phrase] = [
        // The field itself, its changes, the filter of lists, that nobody disables itself, and what users are told of.
        Phrase(
            pattern: #"\bisEnabled\b"#,
            files: [
                "Access/Admission.swift", "Users/User.swift", "Users/UserDraft.swift",
                "Users/UserChanges.swift", "Users/User+Changes.swift", "Users/UserFilter.swift",
                "Users/UserEdit.swift", "Notices/AccountNews.swift",
            ]
        ),
        // The field itself, the filter of lists, and changes of it, which end sessions.
        Phrase(
            pattern: #"\bisExpired\b"#,
            files: [
                "Access/Admission.swift", "Users/Expiry.swift", "Users/UserFilter.swift",
                "Users/UserEdit.swift",
            ]
        ),
        // Changes of the field, and whether the last administrator's keys stay as good as its password was.
        Phrase(
            pattern: #"\bauthorizations\.(api|password)\b"#,
            files: [
                "Access/Admission.swift", "Users/User+Changes.swift",
                "Users/DirectoryReader+Administrators.swift",
            ]
        ),
        Phrase(pattern: #"\bhosts\.allow\("#, files: ["Access/Admission.swift"]),
        Phrase(
            pattern: #"\bsessionLifetime\b"#,
            files: [
                "Access/DirectoryAccess+Holder.swift", "Sessions/SessionService+Sweep.swift",
                "Store/DirectoryRules.swift",
            ]
        ),
        // The rule of the lock, where passwords are checked and logins are finished, what is remembered of names that
        // nobody has, and what is told of somebody who cannot come in.
        Phrase(
            pattern: #"\.locks(Caller)?\("#,
            files: [
                "Access/SignInOutlook.swift", "Credentials/PasswordAttempt.swift",
                "Credentials/TriedNames.swift", "Logins/CeremonyAdmission.swift",
            ]
        ),
        Phrase(
            pattern: #"[^\w.]Principal\("#,
            files: [
                "Access/DirectoryAccess+Readmission.swift", "Access/Authenticator.swift",
                "Binds/BindService.swift",
            ]
        ),
        Phrase(
            pattern: #"\bhasher\.check\("#,
            files: [
                "Credentials/PasswordVerifier.swift",
                // These check against no hash, so that a refusal takes as long as any, and against former ones.
                "Credentials/LocalLoginService.swift", "Credentials/CredentialCheckService.swift",
                "Credentials/NewPassword.swift", "Radius/RadiusLoginService.swift",
                "Logins/LoginService+Alone.swift",
            ]
        ),
    ]

    @Test("only the rule asks what decides about coming in", arguments: phrases)
    func once(_ phrase: Phrase) throws {
        #expect(
            try CoreSources.files(with: phrase.pattern) == phrase.files,
            "Whoever lets somebody in asks User.refusal(by:from:at:), and names its way in SignInMethod."
        )
    }

    @Test("nothing but the fast path and LDAP's look-ups reads on the thread that asks")
    func atOnce() throws {
        #expect(try CoreSources.files(with: #"\.readNow\b"#) == ["Entries/EntryService.swift"])
        #expect(
            try CoreSources.files(with: #"\.readNow \{"#, in: "MusterServer") == [
                "Transport/FastPath/FastPathResponder.swift"
            ]
        )
        for target in ["MusterCommands", "MusterConsole"] {
            #expect(try CoreSources.files(with: #"\breadNow\b"#, in: target).isEmpty)
        }
    }

    @Test("every way in that has a name is asked for somewhere")
    func named() throws {
        let pattern = try Regex<(Substring, Substring)>(#"(?:efusal\(by: |signIn\()\.(\w+)"#)
        var asked: Set<String> = []
        for text in CoreSources.files.values {
            asked.formUnion(text.matches(of: pattern).map { String($0.output.1) })
        }
        #expect(asked == Set(SignInMethod.allCases.map { "\($0)" }))
    }
}
