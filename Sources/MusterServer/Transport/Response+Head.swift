import HTTPTypes
import Hummingbird

extension Response {
    /// What HEAD answers where GET answers this: everything but the body (RFC 9110 section 9.3.2).
    ///
    /// An answer that is written as it is read has no length, and is not read for it: as GET does, its head says that
    /// the body would come in pieces.
    func withoutBody() -> Response {
        guard headers[.contentLength] == nil, body.contentLength == nil else {
            return createHeadResponse()
        }
        let nothing = ResponseBody { writer in try await writer.finish(nil) }
        return Response(status: status, headers: headers, body: nothing)
    }
}
