public import Hummingbird
public import NIOCore

/// What belongs to one request while it is served.
public struct MusterRequestContext: RequestContext {
    /// The framework's own part.
    public var coreContext: CoreRequestContextStorage
    /// The connection.
    public let channel: any Channel
    /// The number of the request, 32 hexadecimal digits; the caller sees it too.
    public var requestID = ""

    /// Begins a request.
    public init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
    }
}
