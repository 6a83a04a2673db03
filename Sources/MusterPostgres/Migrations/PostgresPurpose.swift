/// What a database is opened for.
public enum PostgresPurpose: Sendable {
    /// To look at it: nothing is changed.
    case looking
    /// To serve the directory in it, whose schema is brought up to date.
    case serving
    /// To create a directory in it: what is missing is made.
    case creating
}
