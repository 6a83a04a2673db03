import ClientTransport
import NIOCore
import NIOHTTP1
import Testing

@testable import ActiveLogicClient

@Suite("Failures of the network")
struct NetworkFailureTests {
    private struct Unplugged: Error {}

    private static let failures: [(error: any Error, code: String, sent: String)] = [
        (ChannelError.connectTimeout(.seconds(1)), "timeout", "timeout"),
        (NIOTooManyBytesError(maxBytes: 1), "response_too_large", "response_too_large"),
        (CancellationError(), "cancelled", "cancelled"),
        (Unplugged(), "connection_failed", "connection_lost"),
    ]

    @Test("each is a PLDBIOError with a code that says what happened", arguments: failures.indices)
    func codes(_ index: Int) {
        let (error, code, sent) = NetworkFailureTests.failures[index]
        for request in [Request(.GET, "/users"), Request(.POST, "/users"), Request(.DELETE, "/x")] {
            for hasArrived in [false, true] {
                let failure = NetworkFailure(error, mayHaveArrived: hasArrived)
                let found = ActiveLogicError(failure, of: request)
                #expect(found.kind == .pldbIOError)
                #expect(found.code == (hasArrived ? sent : code))
                #expect(found.isOutcomeUnknown == (hasArrived && request.method != .GET))
                #expect(found.message.contains("not known") == found.isOutcomeUnknown)
                #expect(found.cause != nil)
            }
        }
    }

    @Test("only reads, and what has not been sent, are sent again, and only where that may help")
    func retries() {
        let rule = Retries(limit: 1) { $0 }
        for (error, code, _) in NetworkFailureTests.failures {
            for method in [HTTPMethod.GET, .POST, .PATCH, .PUT, .DELETE] {
                for hasArrived in [false, true] {
                    let pause = rule.pause(
                        after: NetworkFailure(error, mayHaveArrived: hasArrived),
                        of: Request(method, "/users"),
                        attempt: 0
                    )
                    let isSafe = method == .GET || !hasArrived
                    #expect((pause != nil) == (isSafe && code == "connection_failed"))
                }
            }
        }
    }
}
