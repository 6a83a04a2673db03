import FoundationEssentials
import MusterCore
import NIOCore
import SystemCalls

/// Says in one sentence why an address cannot be listened on.
enum ListenFailure {
    static func translate(_ error: any Error, host: String, port: Int) -> any Error {
        let reason: String
        switch error {
        case let failure as IOError: reason = self.reason(failure.errnoCode)
        case is SocketAddressError.UnknownHost: reason = "there is no such host"
        default: return error
        }
        return MusterError(
            .storeUnavailable,
            "Cannot listen on \(host):\(port): \(reason).",
            cause: error
        )
    }

    private static func reason(_ number: Int32) -> String {
        switch number {
        case EADDRINUSE: "another program listens there already"
        case EACCES: "this user may not listen there"
        case EADDRNOTAVAIL: "this machine has no such address"
        default: String(cString: strerror(number))
        }
    }
}
