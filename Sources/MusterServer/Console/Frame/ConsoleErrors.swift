import HTTPTypes
import MusterConsole
import MusterCore

/// The one place where the directory's error codes become pages.
enum ConsoleErrors {
    /// The answer where nobody knows who asks, or the server cannot go on.
    static func answer(to error: MusterError, in texts: Texts) -> Answer {
        let status = NativeErrors.status(of: error.code)
        var fields = ConsoleResponse.guards
        if error.code == .impersonationRefused {
            // Whoever may not act in that name any more goes on as itself.
            let name = ConsoleCookie.impersonation.rawValue
            fields.append((.setCookie, "\(name)=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax"))
        }
        if let allowed = error.details["allow"] { fields.append((.allow, allowed)) }
        if let seconds = error.details["retry_after_seconds"] {
            fields.append((.retryAfter, seconds))
        }
        let frame = Frame(
            texts: texts,
            styles: ConsoleAssets.shared.styles.path,
            script: ConsoleAssets.shared.script.path,
            viewer: nil,
            formToken: "",
            now: Timestamp(rawValue: 0)
        )
        let (message, code) = (message(of: error, status), error.code.rawValue)
        let isAway = status == .serviceUnavailable || status == .tooManyRequests
        let page =
            isAway
            ? ErrorPage.away(frame, message, code) : ErrorPage.forStranger(frame, message, code)
        return Answer(status: status, fields: fields, body: page.bytes)
    }

    /// What is told of an error; never what is wrong within the server.
    static func message(of error: MusterError, _ status: HTTPResponse.Status) -> String {
        status == .internalServerError ? RootResponder.internalMessage : error.message
    }
}
