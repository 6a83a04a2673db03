import HTTPTypes
import Hummingbird
import MusterCore
import NIOCore

extension RequestAuthenticator {
    /// A request whose head has been judged.
    final class Arrival: Sendable {
        let request: Request
        let context: MusterRequestContext
        let origin: RequestSource
        let principal: Principal?
        let share: ArrivalShare
        let readsBody: Bool
        /// The answer, where it was found in the read that has let the caller in.
        let answer: Answer?
        /// Whether it was looked for there, and left to the route's handler.
        let wasLeft: Bool

        init(
            _ request: Request,
            _ context: MusterRequestContext,
            _ origin: RequestSource,
            _ principal: Principal?,
            _ share: ArrivalShare,
            readsBody: Bool,
            answer: Answer? = nil,
            wasRead: Bool = false
        ) {
            self.request = request
            self.context = context
            self.origin = origin
            self.principal = principal
            self.share = share
            self.readsBody = readsBody
            self.answer = answer
            wasLeft = wasRead && answer == nil
        }

        /// Whom the caller wants to act as; nil for itself.
        func impersonated(
            _ dialect: Dialect,
            _ digester: any Digester
        ) throws(MusterError) -> String? {
            guard let principal else { return nil }
            return try dialect.impersonated(request.headers, principal, digester)
        }
    }

    /// Reads a body into room of the budget; a stranger's is shorter.
    @inline(never)
    func body(of arrival: Arrival) async throws -> ByteBuffer {
        let limit = arrival.share.isStrangers ? limits.strangersBodyBytes : limits.bodyBytes
        let length = arrival.request.headers[.contentLength].flatMap { Int($0) }
        guard (length ?? 0) <= limit else { throw Self.tooLarge(limit) }
        Call.askForBody(of: arrival.request, on: arrival.context.channel)
        var body = ByteBuffer()
        for try await var part in arrival.request.body {
            let size = body.readableBytes + part.readableBytes
            guard size <= limit else { throw Self.tooLarge(limit) }
            if size > body.capacity { try arrival.share.grow(to: size.roundedToPowerOfTwo) }
            body.writeBuffer(&part)
        }
        return body
    }

    private static func tooLarge(_ limit: Int) -> MusterError {
        MusterError(.bodyTooLarge, "The body has more than \(limit) bytes.")
    }
}

extension Int {
    /// The least power of two that is not less: the room that a buffer makes for that many bytes.
    fileprivate var roundedToPowerOfTwo: Int {
        self < 2 ? 1 : 1 << (Int.bitWidth - (self - 1).leadingZeroBitCount)
    }
}
