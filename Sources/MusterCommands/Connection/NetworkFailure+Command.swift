import ClientTransport
import MusterCore
import NIOHTTP1

extension CommandError {
    /// Says why there is no answer, and what to do; of a certificate that is not trusted, whether its time is over.
    ///
    /// - Parameters:
    ///   - failure: What happened.
    ///   - address: Where.
    ///   - isRead: Whether the request could change nothing.
    /// - Returns: The error.
    static func explaining(
        _ failure: NetworkFailure,
        at address: String,
        isRead: Bool
    ) async -> CommandError {
        guard case .untrusted = failure.reason,
            let dates = await ShownCertificate.dates(of: address)
        else { return CommandError(failure, at: address, isRead: isRead) }
        switch dates.standing(at: SystemClock().now()) {
        case .good, .ending: return CommandError(failure, at: address, isRead: isRead)
        case .expired:
            return CommandError(
                .unavailable,
                "The certificate of \(address) has expired at \(TimeText.text(dates.end.rawValue)). Whoever runs that server "
                    + "has to put a new one in its place."
            )
        case .early:
            return CommandError(
                .unavailable,
                "The certificate of \(address) is good only from \(TimeText.text(dates.start.rawValue)) on. Look at this "
                    + "machine's clock."
            )
        }
    }

    /// Says why there is no answer, and what to do.
    init(_ failure: NetworkFailure, at address: String, isRead: Bool) {
        let doubt = CommandError.doubt(failure, isRead)
        switch failure.reason {
        case .cancelled, .shutDown:
            self.init(.interrupted, "Ended before there was an answer.")
        case .timedOut:
            self.init(
                .unavailable,
                "\(address) has not answered in time." + doubt
            )
        case .untrusted:
            self.init(
                .unavailable,
                "The certificate of \(address) is not trusted. If an authority of your own has signed it, "
                    + "give that authority's file: --ca FILE"
            )
        case .plain:
            self.init(
                .unavailable,
                "The server at \(address) does not speak TLS. Say http:// in place of https://, or look whether "
                    + "it is the right port."
            )
        case .tooLarge:
            self.init(
                .protocolMismatch,
                "The answer of \(address) is too long for a Muster server."
            )
        case .other where failure.cause is HTTPParserError:
            self.init(
                .protocolMismatch,
                "What answers at \(address) does not speak HTTP. Check the address." + doubt
            )
        case .other where failure.mayHaveArrived:
            let advice = isRead ? " Look whether that is a Muster server." : doubt
            self.init(
                .unavailable,
                "The connection to \(address) broke before there was an answer." + advice
            )
        case .other:
            self.init(
                .unavailable,
                "There is no server at \(address). Start it with muster serve, or say where it is with --url."
            )
        }
    }

    private static func doubt(_ failure: NetworkFailure, _ isRead: Bool) -> String {
        failure.mayHaveArrived && !isRead
            ? " What you asked for may have happened or not; look before you try again." : ""
    }
}
