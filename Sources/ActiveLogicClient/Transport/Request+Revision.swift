import ClientTransport
import NIOHTTP1

extension Request {
    /// Has the change made only at this revision; nil makes it in any case.
    mutating func expect(_ revision: Int64?) {
        setRevision(revision, of: "If-Match")
    }

    /// Says which revision is known already; nil if none is.
    mutating func know(_ revision: Int64?) {
        setRevision(revision, of: "If-None-Match")
    }

    private mutating func setRevision(_ revision: Int64?, of name: String) {
        fields.remove(name: name)
        guard let revision else { return }
        fields.add(name: name, value: "\"\(revision)\"")
    }
}
