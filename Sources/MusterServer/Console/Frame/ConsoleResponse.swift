import HTTPTypes
import Hummingbird
import MusterConsole
import MusterCore
import NIOCore

/// Answers of the console, with the header fields that all of them have.
enum ConsoleResponse {
    static let htmlType = "text/html; charset=utf-8"
    /// JSON for the script; the type says nothing of the encoding, which is UTF-8 (RFC 8259 section 8.1).
    static let jsonType = "application/json"

    /// What pages may load, and from where: nothing but the console's own files (CSP Level 3).
    private static let policy =
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; "
        + "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

    /// The fields that keep pages to themselves.
    ///
    /// With a stricter `Referrer-Policy` browsers would send `Origin: null` with forms (Fetch standard, "append a request
    /// Origin header").
    static let guards: [(name: HTTPField.Name, value: String)] = [
        (.contentSecurityPolicy, policy),
        (.referrerPolicy, "same-origin"),
        (.crossOriginOpenerPolicy, "same-origin"),
    ]

    /// A page.
    static func page(_ html: HTML, _ status: HTTPResponse.Status = .ok) -> Response {
        answer(html.bytes, htmlType, status)
    }

    /// A page, with the status and the code of the error that it tells, if it tells one.
    static func page(_ html: HTML, telling error: MusterError?) -> Response {
        guard let error else { return page(html) }
        return page(html, error.formStatus).telling(error)
    }

    /// JSON text for the script.
    static func json(_ bytes: [UInt8], _ status: HTTPResponse.Status = .ok) -> Response {
        answer(bytes, jsonType, status)
    }

    /// The way to another page, which is read and not sent to (RFC 9110 section 15.4.4).
    static func seeOther(_ path: String) -> Response {
        var response = answer([], htmlType, .seeOther)
        response.headers[.location] = path
        return response
    }

    /// A file that a browser keeps.
    static func file(_ bytes: [UInt8], type: String, name: String) -> Response {
        answer(bytes, type, .ok).saved(as: name)
    }

    private static func answer(
        _ bytes: [UInt8],
        _ type: String,
        _ status: HTTPResponse.Status
    ) -> Response {
        var fields = HTTPFields()
        fields[.contentType] = type
        for guardField in guards { fields[guardField.name] = guardField.value }
        return Response(
            status: status,
            headers: fields,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes))
        )
    }
}

extension MusterError {
    /// The status of a page that shows a form again because of this.
    fileprivate var formStatus: HTTPResponse.Status {
        let status = NativeErrors.status(of: code)
        return status == .badRequest || status == .unauthorized ? .unprocessableContent : status
    }
}

extension Response {
    /// The answer with a cookie set, beside others.
    func settingCookie(_ text: String) -> Response {
        var response = self
        response.headers.append(HTTPField(name: .setCookie, value: text))
        return response
    }
}
