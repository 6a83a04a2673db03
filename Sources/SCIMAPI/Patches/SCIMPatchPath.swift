import TextBytes
import WireJSON

/// What an operation of a change is about (RFC 7644 section 3.5.2, figure 7).
struct SCIMPatchPath: Sendable {
    /// The attribute, or a whole extension.
    let path: SCIMPath
    /// Which of several values are meant; nil for all.
    let filter: SCIMFilter?
    /// The part of the attribute; nil for all of it.
    let sub: SCIMAttribute?

    /// What a text names.
    enum Reading {
        case known(SCIMPatchPath)
        case unserved
        case unknown
    }

    /// Reads a path.
    ///
    /// - Throws: ``SCIMFailure`` with kind `invalidPath` or `invalidFilter` where it is not of its form.
    static func read(
        _ text: String,
        of type: SCIMResourceType
    ) throws(SCIMFailure) -> Reading {
        guard text.utf8.count <= SCIMFilter.maximumBytes else {
            throw SCIMFailure(
                .invalidPath,
                "The path has more than \(SCIMFilter.maximumBytes) bytes."
            )
        }
        var scanner = SCIMScanner(text)
        let name = scanner.takeName()
        switch type.resolve(name) {
        case .unknown: return .unknown
        case .unserved: return .unserved
        case .known(let path):
            guard scanner.takeHere(UInt8(ascii: "[")) else {
                guard scanner.isAtEnd else { throw malformed(text) }
                return .known(SCIMPatchPath(path: path, filter: nil, sub: path.sub))
            }
            guard let attribute = path.attribute, path.sub == nil, attribute.isMultiValued,
                attribute.kind == .complex
            else { throw malformed(text) }
            let filter: SCIMFilter
            do {
                filter = try SCIMFilterParser.brackets(&scanner, of: attribute, type)
            } catch {
                throw SCIMFailure(.invalidPath, error.detail)
            }
            let tail = scanner.takeTail()
            guard scanner.isAtEnd else { throw malformed(text) }
            guard let tail else {
                return .known(SCIMPatchPath(path: path, filter: filter, sub: nil))
            }
            guard let sub = attribute.sub(tail) else { return .unknown }
            return .known(SCIMPatchPath(path: path, filter: filter, sub: sub))
        }
    }

    private static func malformed(_ text: String) -> SCIMFailure {
        SCIMFailure(
            .invalidPath,
            "\(text.quoted(60)) is no path; write attribute, attribute.part or attribute[filter].part."
        )
    }
}
