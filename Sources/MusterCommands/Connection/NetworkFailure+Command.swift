import ClientTransport
import MusterCore

extension CommandError {
    /// Says why there is no answer, and what to do; of a certificate that is not trusted, whether its time is over.
    static func explaining(_ failure: NetworkFailure, at address: String) async -> CommandError {
        guard case .untrusted = failure.reason,
            let dates = await ShownCertificate.dates(of: address)
        else { return CommandError(failure, at: address) }
        switch dates.standing(at: SystemClock().now()) {
        case .good, .ending: return CommandError(failure, at: address)
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
    init(_ failure: NetworkFailure, at address: String) {
        switch failure.reason {
        case .cancelled, .shutDown:
            self.init(.interrupted, "Ended before there was an answer.")
        case .timedOut:
            self.init(
                .unavailable,
                "\(address) has not answered in time." + CommandError.doubt(failure)
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
        case .other where failure.mayHaveArrived:
            self.init(
                .unavailable,
                "The connection to \(address) broke before there was an answer."
                    + CommandError.doubt(failure)
            )
        case .other:
            self.init(
                .unavailable,
                "There is no server at \(address). Start it with muster serve, or say where it is with --url."
            )
        }
    }

    private static func doubt(_ failure: NetworkFailure) -> String {
        failure.mayHaveArrived
            ? " What you asked for may have happened or not; look before you try again." : ""
    }
}
