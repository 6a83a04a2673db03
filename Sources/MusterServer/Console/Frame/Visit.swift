import HTTPTypes
import Hummingbird
import MusterConsole
import MusterCore
import TextBytes

/// One request to the console: the call, what its form or query says, and the frame of its page.
struct Visit: Sendable {
    let call: Call
    let parts: ServerParts
    /// What the form says, for a change; what the query says, for a page.
    let items: QueryItems
    var frame: Frame

    /// Who has come in.
    ///
    /// - Throws: ``MusterError`` with code `credentials.missing`.
    var principal: Principal {
        get throws(MusterError) { try call.principal }
    }

    var directory: Directory { parts.directory }

    /// Whether passkeys can be used here, which are bound to names.
    var offersPasskeys: Bool { directory.rules.publicURL?.hasName ?? false }

    /// A text of the form; empty if there is none.
    func text(_ name: String) -> String { items[name] ?? "" }

    /// Whether a box was ticked.
    func isOn(_ name: String) -> Bool { items[name] != nil }

    /// A secret of the form; nil if the field was left empty.
    func secret(_ name: String) -> Secret<String>? {
        items[name].flatMap { $0.isEmpty ? nil : Secret($0) }
    }

    /// A field as it was typed, and what an error says of it.
    func state(_ name: String, _ error: MusterError? = nil) -> FieldState {
        FieldState(text(name), error: error.flatMap { Visit.complaint($0, of: name) })
    }

    /// A field as something else says it stands, unless a form has come with it.
    func state(_ name: String, else value: String, _ error: MusterError? = nil) -> FieldState {
        FieldState(items[name] ?? value, error: error.flatMap { Visit.complaint($0, of: name) })
    }

    /// What an error says of a field; nil if it speaks of none, or of another.
    static func complaint(_ error: MusterError, of name: String) -> String? {
        guard let field = error.details["field"], field.utf8.elementsEqual(name.utf8) else {
            return nil
        }
        return error.message
    }

    /// The frame with what went wrong told above the content.
    func frame(telling error: MusterError) -> Frame {
        var frame = frame
        frame.notice = Frame.Notice(.bad, "\(error.message)")
        return frame
    }

    /// The way to another page, which tells what was done.
    func done(_ path: String, _ word: DoneWord) -> Response {
        let mark = path.utf8.contains(UInt8(ascii: "?")) ? "&" : "?"
        return ConsoleResponse.seeOther("\(path)\(mark)done=\(word.rawValue)")
    }
}

extension MusterError {
    /// Whether it is the server that cannot go on, and no form would help.
    var isOfServer: Bool {
        NativeErrors.status(of: code).code >= 500 || code == .rateLimited
    }
}
