import Foundation
import MusterCore

/// What the sources and the documentation say of error codes, read from the files themselves.
enum DeclaredCodes {
    /// The root of the package.
    private static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    /// Every code that `MusterError+Codes.swift` declares.
    static let all: [MusterError.Code] = {
        let text = file("Sources/MusterCore/Errors/MusterError+Codes.swift")
        return text.matches(of: /static let \w+: Self = "([a-z_.]+)"/).map {
            MusterError.Code(rawValue: String($0.output.1))
        }
    }()

    /// The rows of the tables of `docs/errors.md`.
    static let documentedRows: [Substring] = file("docs/errors.md").split(separator: "\n")
        .filter { $0.hasPrefix("|") }

    /// The text of a file of the package; empty if there is none.
    static func file(_ path: String) -> String {
        (try? String(contentsOf: root.appending(path: path), encoding: .utf8)) ?? ""
    }
}
