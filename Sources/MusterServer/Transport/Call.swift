import HTTPTypes
import Hummingbird
import MusterCore
import NIOCore
import TextBytes
import WireJSON

/// One request on its way to a service: who asks, for what, with which input.
struct Call: Sendable {
    let request: Request
    let context: MusterRequestContext
    let origin: RequestSource
    let body: ByteBuffer
    let authenticated: Principal?
    /// The room that the body takes, given back with the call.
    let share: ArrivalShare
    /// Whether the read that has let the caller in has looked for the answer, and left it to the route's handler.
    var wasLeft = false

    /// Who asks.
    ///
    /// - Throws: ``MusterError`` with code `credentials.missing`.
    var principal: Principal {
        get throws(MusterError) {
            guard let authenticated else { throw Call.noCredentials }
            return authenticated
        }
    }

    /// The answer to somebody who does not say who is calling.
    static var noCredentials: MusterError {
        MusterError(.credentialsMissing, "Missing authentication")
    }

    /// Who asks to change users, and at which revision alone it wants to (`If-Match`).
    ///
    /// - Throws: ``MusterError`` with code `credentials.missing`, or `input.invalid` where the field holds
    ///   something else than a revision.
    var callerForChange: Principal {
        get throws(MusterError) {
            let expected = try Revision.expected(request.headers)
            return try principal(under: expected.map { RevisionCondition(expected: $0) })
        }
    }

    /// Who asks to change users as ``callerForChange``, and is told which revision that has led to (`ETag`).
    ///
    /// - Throws: as there.
    var callerForTaggedChange: Principal {
        get throws(MusterError) {
            let expected = try Revision.expected(request.headers)
            return try principal(under: RevisionCondition(expected: expected))
        }
    }

    private func principal(
        under condition: RevisionCondition?
    ) throws(MusterError) -> Principal {
        var principal = try principal
        principal.origin.condition = condition
        return principal
    }

    /// With which program the caller asks; nil if that says nothing of itself.
    var program: ProgramName? {
        request.headers[values: .userAgent].first.flatMap { ProgramName($0) }
    }

    /// A part of the path as it was sent, not decoded.
    func parameter(_ name: String) -> String {
        context.parameters.get(name) ?? ""
    }

    /// The query.
    ///
    /// - Throws: ``MusterError`` with code `input.malformed`.
    func query() throws(MusterError) -> QueryItems {
        try QueryItems(request.uri.query ?? "")
    }

    /// Whether it is a stranger's, with a body that is longer than those of nearly every request.
    var isLongOfStranger: Bool {
        share.isStrangers && body.readableBytes > ArrivalShare.free
    }

    /// How many bytes of a caller's body are read where they came in; a mebibyte of JSON takes some 50 ms.
    private static let mostReadAtOnce = 32_768

    /// Whether reading the body takes so long that others would wait for it.
    var isLong: Bool { body.readableBytes > Call.mostReadAtOnce }

    /// Whether nothing was sent at all.
    var hasNoBody: Bool { body.readableBytes == 0 }
}
