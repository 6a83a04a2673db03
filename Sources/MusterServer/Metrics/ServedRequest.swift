public import MusterCore

/// A request that was answered, as those who count and log see it.
public struct ServedRequest: Sendable {
    /// The request's number.
    public let id: String
    /// The method, as it was sent; `none` if there was no request that could be read.
    public let method: String
    /// The route's path, with `:name` for parts that vary; `none` if the path is not known.
    public let route: String
    /// The status of the answer.
    public let status: Int
    /// How long it took until the answer's head was ready, in nanoseconds.
    public let nanoseconds: UInt64
    /// Where the caller is, as far as a trusted proxy or the connection says.
    public let client: IPAddress?
    /// The code of the error that was the answer; nil if it was none.
    public let refusal: MusterError.Code?

    /// Builds a request.
    public init(
        id: String,
        method: String,
        route: String,
        status: Int,
        nanoseconds: UInt64,
        client: IPAddress?,
        refusal: MusterError.Code?
    ) {
        self.id = id
        self.method = method
        self.route = route
        self.status = status
        self.nanoseconds = nanoseconds
        self.client = client
        self.refusal = refusal
    }
}

/// Keeps a line of each request that was answered.
public protocol AccessLog: Sendable {
    /// Takes a request; called on event loops, tens of thousands of times a second, so that it neither waits nor fails.
    func note(_ request: ServedRequest)
}
