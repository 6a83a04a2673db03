import MusterCore

/// A name after `name:`, which says that what follows is one.
private enum NamePrefix {
    static func name(in text: String) -> String? {
        let prefix = "name:".utf8
        guard text.utf8.starts(with: prefix) else { return nil }
        return String(text.utf8.dropFirst(prefix.count)) ?? ""
    }
}

extension UserReference {
    /// Reads a number, a UUID or a login name; digits alone are a number, and after `name:` all is a name.
    ///
    /// No login name has a colon.
    init(native text: String) {
        if let name = NamePrefix.name(in: text) {
            self = .username(name)
            return
        }
        let isNumber = text.utf8.allSatisfy { (0x30...0x39).contains($0) }
        let reference = UserReference(path: text)
        switch reference {
        case .id where !isNumber: self = .username(text)
        default: self = reference
        }
    }
}

extension GroupReference {
    /// Reads a number, a UUID or a name, as for users; a name that begins with `name:` needs it twice.
    init(native text: String) {
        if let name = NamePrefix.name(in: text) {
            self = .name(name)
            return
        }
        let isNumber = text.utf8.allSatisfy { (0x30...0x39).contains($0) }
        let reference = GroupReference(path: text)
        switch reference {
        case .id where !isNumber: self = .name(text)
        default: self = reference
        }
    }
}
