import Foundation
import MusterCore
import NIOCore

/// Says in one sentence why an address cannot be listened on.
enum ListenFailure {
    static func translate(_ error: any Error, host: String, port: Int) -> any Error {
        guard let failure = error as? IOError else { return error }
        let reason =
            switch failure.errnoCode {
            case EADDRINUSE: "another program listens there already"
            case EACCES: "this user may not listen there"
            case EADDRNOTAVAIL: "this machine has no such address"
            default: String(cString: strerror(failure.errnoCode))
            }
        return MusterError(
            .storeUnavailable,
            "Cannot listen on \(host):\(port): \(reason).",
            cause: error
        )
    }
}
