import HTTPTypes
import Hummingbird
import MusterCore
import TextBytes

extension ConsoleFront {
    func requireToken(_ token: String?, _ call: Call) throws(MusterError) {
        guard FormToken(directory).isRight(token ?? "", for: call.authenticated) else {
            throw ConsoleFront.foreignForm
        }
    }

    /// Refuses what a page of another site has sent.
    ///
    /// Browsers say where a form comes from: in `Sec-Fetch-Site` where the connection is safe, in `Origin` always. Who says
    /// neither is no browser of today.
    func requireOwnSite(_ call: Call) throws(MusterError) {
        let fields = call.request.headers
        if let site = fields[.secFetchSite] {
            guard site.isEqual(to: "same-origin") else { throw ConsoleFront.foreignForm }
            return
        }
        guard let origin = fields[.origin], isOwn(origin, call) else {
            throw ConsoleFront.foreignForm
        }
    }

    private func isOwn(_ origin: String, _ call: Call) -> Bool {
        if let url = directory.rules.publicURL, origin.hasSameBytes(as: url.text) { return true }
        guard let authority = call.request.head.authority else { return false }
        return ["http://", "https://"].contains { origin.hasSameBytes(as: $0 + authority) }
    }

    private static var foreignForm: MusterError {
        MusterError(
            .insufficientScope,
            "This form was not sent from a page of your session. Load the page again and send it once more."
        )
    }
}
