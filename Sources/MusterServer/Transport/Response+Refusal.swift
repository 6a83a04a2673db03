import HTTPTypes
import Hummingbird
import MusterCore

/// The code of the error that an answer tells although no error was thrown: pages of the console are answers of this kind.
///
/// It travels in a header field, which is all of an answer that has room for it, and never leaves the server.
extension Response {
    /// The answer with the code of the error that it tells, for those who count and log refusals.
    func telling(_ error: MusterError) -> Response {
        var response = self
        response.headers[.xMusterRefusal] = error.code.rawValue
        return response
    }

    /// The code of the error that the answer tells, which is taken out of it; nil if it tells none.
    mutating func takeRefusal() -> MusterError.Code? {
        guard let code = headers[.xMusterRefusal] else { return nil }
        headers[.xMusterRefusal] = nil
        return MusterError.Code(rawValue: code)
    }
}
