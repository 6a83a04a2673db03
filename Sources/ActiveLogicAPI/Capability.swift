/// What a server says it can do when a session begins.
public enum Capability {
    /// It changes passwords after asking for the caller's own.
    public static let changeUserPassword = "change_user_password"
    /// It shows fingerprints and times of public keys.
    public static let keyFingerprints = "key_fingerprints"
    /// It numbers the state of its users and takes conditions on that number.
    public static let revision = "revision"
    /// It lists users in pages.
    public static let paging = "paging"

    /// Everything that this version knows.
    public static let all = [changeUserPassword, keyFingerprints, revision, paging]
}
