import FoundationEssentials
import SystemCalls

/// Where a public key on the command line is to be found.
enum PublicKeySource: Sendable, Equatable {
    case standardInput
    case file(String)
    case literal(String)

    /// The largest text that is read, in bytes: far more than a key of 16384 bits.
    private static let maximumBytes = 65_536

    /// Tells the three apart: a key has a blank in it, or is base64 of some length; a path hardly is.
    init(_ argument: String) {
        if argument == "-" {
            self = .standardInput
        } else if FileManager.default.fileExists(atPath: argument) {
            self = .file(argument)
        } else if argument.hasPrefix("AAAA") || argument.contains(" ") {
            self = .literal(argument)
        } else {
            self = .file(argument)
        }
    }

    /// The line that holds the key.
    ///
    /// - Throws: ``CommandError`` if there is no file, or something else than one public key in it.
    func line() throws(CommandError) -> String {
        switch self {
        case .standardInput:
            return try PublicKeySource.line(in: STDIN_FILENO, "standard input")
        case .file(let path):
            let file = open(path, O_RDONLY | O_CLOEXEC)
            guard file >= 0 else {
                throw CommandError(.noInput, "There is no file \(path) that can be read.")
            }
            defer { close(file) }
            return try PublicKeySource.line(in: file, path)
        case .literal(let text):
            return try PublicKeySource.line(in: text, "argument")
        }
    }

    private static func line(in file: CInt, _ place: String) throws(CommandError) -> String {
        guard let bytes = try? Descriptor.read(file, upTo: maximumBytes + 1) else {
            throw CommandError(.noInput, "\(place) cannot be read.")
        }
        let data = Data(bytes)
        guard !ForeignText.isUTF16(data) else {
            throw CommandError(.badInput, ForeignText.utf16(place))
        }
        guard data.count <= maximumBytes, !data.contains(0) else {
            throw CommandError(.badInput, "\(place) holds no public key.")
        }
        // A comment may be in any encoding; it is dropped, and a key is ASCII.
        let text = String(decoding: ForeignText.withoutMark(data), as: UTF8.self)
        let found = try line(in: text, place)
        // The base64 of every kind of key begins with a length, three bytes of which are zero.
        guard found.split(whereSeparator: \.isWhitespace).contains(where: { $0.hasPrefix("AAAA") })
        else { throw CommandError(.badInput, "\(place) holds no public key.") }
        return found
    }

    /// One line that is neither blank nor a comment.
    private static func line(in text: String, _ place: String) throws(CommandError) -> String {
        // Nobody's private key may leave the machine because of a missing .pub.
        guard !["PRIVATE KEY", "PuTTY-User-Key-File"].contains(where: { text.contains($0) }) else {
            throw CommandError(
                .badInput,
                "\(place) is a private key. It was not sent. Give the .pub file beside it."
            )
        }
        let lines = text.split(whereSeparator: \.isNewline)
            .map { $0.trimmingBlanks }
            .filter { !$0.isEmpty && $0.first != "#" }
        guard let line = lines.first else {
            throw CommandError(.badInput, "\(place) holds no public key.")
        }
        // RFC 4716 and PEM: one key in many lines.
        guard !["---- BEGIN", "-----BEGIN"].contains(where: { line.hasPrefix($0) }) else {
            let option = line.hasPrefix("-----") ? " -m PKCS8" : ""
            throw CommandError(
                .badInput,
                "\(place) holds a key in another format. Convert it with: ssh-keygen -i\(option) -f FILE"
            )
        }
        guard lines.count == 1 else {
            throw CommandError(.badInput, "\(place) holds \(lines.count) keys. Give one at a time.")
        }
        return line
    }
}
