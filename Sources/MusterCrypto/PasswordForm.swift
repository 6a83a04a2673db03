import MusterCore
import NormalForms

/// The form in which passwords are hashed: Unicode form NFC (RFC 8265 section 4.2.2), so that the same password typed
/// on another keyboard is the same bytes.
///
/// Putting marks in order takes time that grows with the square of their number, so texts without bounds are never
/// brought into the form.
enum PasswordForm {
    /// The most marks in a row: 30, the bound of Unicode's Stream-Safe Text Format (UAX #15 section 13), within which
    /// every word of every language lies.
    static let longestRun = 30

    /// The password in the form; as it is where it has too many bytes, which is no password, or too many marks in a
    /// row, where only the same bytes are the same password.
    static func prepared(_ password: String) -> String {
        guard mayChange(password), hasShortRuns(password) else { return password }
        return NormalForms.composed(password)
    }

    /// Whether the form may be another than the text itself; takes microseconds.
    static func mayChange(_ password: String) -> Bool {
        isWithinBounds(password) && !password.utf8.allSatisfy { $0 < 0x80 }
    }

    /// Whether the text is no longer than a password may be.
    static func isWithinBounds(_ password: String) -> Bool {
        password.utf8.count <= PasswordPolicy.maximumBytes
    }

    private static func hasShortRuns(_ password: String) -> Bool {
        var run = 0
        for scalar in password.unicodeScalars {
            // A sign that begins something new has the class zero (UAX #44, "Canonical_Combining_Class").
            run = scalar.properties.canonicalCombiningClass == .notReordered ? 0 : run + 1
            if run > longestRun { return false }
        }
        return true
    }
}
