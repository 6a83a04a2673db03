import ClientTransport

extension CommandError {
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
