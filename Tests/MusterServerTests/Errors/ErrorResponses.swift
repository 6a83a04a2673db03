import Hummingbird
import MusterCore

@testable import MusterServer

extension TenableErrors {
    static func response(to error: MusterError) -> Response {
        Response(answer(to: error))
    }
}

extension NativeErrors {
    static func response(to error: MusterError) -> Response {
        Response(answer(to: error))
    }
}

extension ActiveLogicErrors {
    static func response(to error: MusterError) -> Response {
        Response(answer(to: error))
    }
}
