/// What a connection may ask of the server before it is ended.
enum LDAPLimits {
    /// The most bytes of a message before anybody has bound: a bind, with much room, as of a body over HTTP.
    static let strangerBytes = 16_384
    /// The most bytes of a message after a bind.
    static let callerBytes = 1_048_576
    /// The most bytes of a filter that is read where it comes in, and of any before a bind.
    ///
    /// Values that are not ASCII are dear to read: those of so many bytes take 60 µs at most, of 16 KiB 2 ms, and of 1 MiB 130 ms
    /// (case of Unicode there and back, one core of the benchmarks' machine).
    static let quickFilterBytes = 512
    /// The most bytes of a message whose operation is worked on by the thread that has read it.
    static let quickBytes = 32_768
    /// The same of a change, whose values are dear to read: a public key takes some 50 µs.
    static let quickChangeBytes = 4_096
    /// How many operations may be under way; more are not read until one has ended.
    static let operations = 32
    /// How many messages are served, and bytes of answers made, until others have a turn; as soon as they have taken
    /// ``LoopTurns/share`` they have it anyway.
    ///
    /// Two answers with the whole schema are so many bytes.
    static let turnMessages = 64
    static let turnBytes = 32_768
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
