/// What a connection may ask of the server before it is ended.
enum LDAPLimits {
    /// The most bytes of a message before anybody has bound: a bind, with much room, as of a body over HTTP.
    static let strangerBytes = 16_384
    /// The most bytes of a message after a bind.
    static let callerBytes = 1_048_576
    /// How many operations may be under way; more are not read until one has ended.
    static let operations = 32
    /// How long a connection may do nothing before anybody has bound.
    static let strangerIdle: Int64 = 30
    /// How long a connection may do nothing after a bind, in seconds: sssd and pools of connections come back by themselves.
    static let callerIdle: Int64 = 600
    /// How long a message that has begun may wait for more of it, in seconds.
    static let rest: Int64 = 30
    /// How long answers may wait for a client that does not read, in seconds.
    static let stall: Int64 = 30
    /// How long the messages of a server that stops may take to leave, in seconds.
    static let farewell: Int64 = 2
}
