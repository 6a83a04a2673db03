import HTTPTypes
import HummingbirdCore
import MusterConsole
import MusterCore
import TextBytes

/// A form that was sent when its session had ended: it is carried through the sign-in and sent again by whoever sent it.
///
/// Passwords and codes are not carried; passwords are asked for again.
struct KeptForm: Sendable {
    private static let (pathName, textName) = ("kept_path", "kept")
    private static let secrets = ["password", "current_password"]
    private static let dropped = [
        "token", "once", "code", "codes", "secret", "uri", "credential", "kept", "kept_path", "ask",
    ]

    /// Where it was sent to.
    let path: String
    /// Its fields, without secrets.
    let values: [(name: String, value: String)]
    /// Which passwords it had.
    let passwords: [String]

    /// A form as it has come.
    init?(path: String, _ items: QueryItems) {
        guard NextPath.isOwn(path) else { return nil }
        self.path = path
        passwords = KeptForm.secrets.filter { !(items[$0] ?? "").isEmpty }
        let left = KeptForm.secrets + KeptForm.dropped
        values = items.pairs.filter { pair in
            !left.contains { $0.hasSameBytes(as: pair.name) }
        }.map { ($0.name, KeptForm.lines($0.value)) }
    }

    /// A value with its lines ended as they stand in pages, where no carriage return may; browsers put one before each end
    /// again when they send it (HTML standard, form submission).
    private static func lines(_ value: String) -> String {
        let bytes = value.utf8
        guard bytes.contains(UInt8(ascii: "\r")) else { return value }
        return String(decoding: bytes.filter { $0 != UInt8(ascii: "\r") }, as: UTF8.self)
    }

    /// The form that the sign-in has carried; nil if it carries none.
    init?(carriedBy items: QueryItems) {
        guard let path = items[KeptForm.pathName], let text = items[KeptForm.textName],
            NextPath.isOwn(path),
            let read = try? QueryItems(bytes: Array(text.utf8), upTo: TextLimit.keyField)
        else { return nil }
        self.path = path
        let asked = read.all("ask")
        passwords = KeptForm.secrets.filter { name in asked.contains { $0.hasSameBytes(as: name) } }
        let left = KeptForm.secrets + KeptForm.dropped
        values = read.pairs.filter { pair in !left.contains { $0.hasSameBytes(as: pair.name) } }
            .map { ($0.name, KeptForm.lines($0.value)) }
    }

    /// The fields that carry it through the forms of the sign-in.
    var carried: [(name: String, value: String)] {
        let asked = passwords.map { (name: "ask", value: $0) }
        let text = (values + asked)
            .map { "\(Frame.escapedInQuery($0.name))=\(Frame.escapedInQuery($0.value))" }
            .joined(separator: "&")
        return [(KeptForm.pathName, path), (KeptForm.textName, text)]
    }
}

extension Visit {
    /// The form that a form of the sign-in has carried; nil if there is none.
    ///
    /// A link carries none: anybody can give somebody a link, and who signs in by it would send what somebody else has filled in.
    /// Forms of other sites are refused before they come here.
    var kept: KeptForm? {
        call.request.method == .post ? KeptForm(carriedBy: items) : nil
    }
}
