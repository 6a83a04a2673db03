/// The most bytes of UTF-8 that a text from outside may have.
///
/// Swift compares, hashes and searches texts by canonical equivalence, which for some texts takes a time that
/// grows with the square of their length. So a text is measured before anything else is done with it, and these
/// bounds keep the worst of what is done after them within microseconds, some hundreds of them at most.
public enum TextLimit {
    /// A field of a request, where nothing else is said: more than any rule behind it allows.
    ///
    /// A text of up to so many bytes is refused in the words of its own rule.
    public static let field = 1_024
    /// A field that holds a password: as long as the longest body of a stranger.
    ///
    /// One of more than ``password`` bytes is wrong, or breaks the policy, by its length alone; whoever hashes and
    /// whoever judges passwords measures first.
    public static let passwordField = 16_384
    /// A field that holds a public key: a longer line than is taken.
    public static let keyField = 32_768
    /// A name or a value of a query.
    public static let parameter = 4_096
    /// The name of a member of a JSON object.
    public static let memberName = 1_024
    /// A field of a server's answer.
    public static let answer = 4_096
    /// The path of a request: the longest login name with every byte escaped, and what stands around it.
    public static let path = 2_048
    /// A login name (RFC 5321 section 4.5.3.1.3, as for an e-mail address).
    public static let username = 254
    /// The name of a person.
    public static let personName = 512
    /// What administrators note about a user.
    public static let note = 1_024
    /// A password that is taken.
    public static let password = 1_024
    /// An address: IPv6 with an embedded IPv4 address (RFC 4291 section 2.2), `INET6_ADDRSTRLEN` less its NUL.
    public static let address = 45
    /// An address with the length of a prefix: `/128` more.
    public static let network = address + 4
    /// A word that is one of a few.
    public static let word = 64
    /// What an answer or a log line quotes of a text.
    public static let quotation = 80
}
