import MusterCore

/// A request that was answered, as those who count and log see it.
struct ServedRequest {
    /// The request's number.
    let id: String
    /// The method, as it was sent; `none` if there was no request that could be read.
    let method: String
    /// The route's path, with `:name` for parts that vary; `none` if the path is not known.
    let route: String
    /// The status of the answer.
    let status: Int
    /// How long it took until the answer's head was ready, in nanoseconds.
    let nanoseconds: UInt64
    /// Where the caller is, as far as a trusted proxy or the connection says.
    let client: IPAddress?
    /// The code of the error that was the answer; nil if it was none.
    let refusal: MusterError.Code?
}
