import ClientTransport
import MusterAPI
import MusterCore
import TextBytes
import WireJSON

/// What the body of an error says, in any of the dialects that commands speak.
struct ToldError: Sendable {
    /// The sentence for people; it is shown and never taken apart.
    let message: String
    /// The stable code; nil in the Tenable dialect, which has none.
    let code: String?
    /// The member or parameter at fault; nil if none is named.
    let field: String?
    /// Whether it has the envelope in which the Tenable dialect's back end refuses what is well-formed.
    let isBackEnd: Bool

    /// Reads an answer; nil if it holds no error of a Muster server.
    init?(_ answer: Answer) {
        guard case .object(let body)? = answer.json else { return nil }
        if let record = ErrorRecord(in: body) {
            (message, code, field) = (record.message, record.code, record.field)
            isBackEnd = false
        } else if let text = body.text("error.message") ?? body.text("message") {
            message = text.head(TextLimit.answer)
            code = nil
            field = body.texts("validation.keys").first
            isBackEnd = false
        } else if let text = body.text("error") {
            message = text.head(TextLimit.answer)
            (code, field) = (nil, nil)
            isBackEnd = true
        } else {
            return nil
        }
    }

    /// Whether the answer names a member or parameter as the one at fault.
    func isField(_ name: String) -> Bool {
        field?.hasSameBytes(as: name) == true
    }

    /// Whether the answer bears a code, which the ActiveLogic dialect writes with `_` for the dot.
    func isCode(_ wanted: MusterError.Code) -> Bool {
        guard let code else { return false }
        let dot = UInt8(ascii: ".")
        let underscore = UInt8(ascii: "_")
        return code.utf8.elementsEqual(wanted.rawValue.utf8)
            || code.utf8.elementsEqual(
                wanted.rawValue.utf8.lazy.map { $0 == dot ? underscore : $0 }
            )
    }
}
