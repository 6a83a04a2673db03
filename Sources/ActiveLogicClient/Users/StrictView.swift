import Synchronization

/// The revision on which a strict handle stands.
final class StrictView: Sendable {
    private enum Basis {
        /// Nothing has been read, so nothing can be out of date.
        case nothing
        case revision(Int64)
        /// It is not known what the last change has done.
        case lost
    }

    private let basis = Mutex(Basis.nothing)

    /// The revision that a change demands; nil if nothing has been read.
    ///
    /// - Throws: ``ActiveLogicError`` of kind ``ActiveLogicError/Kind/pldbNewDataCommitted``.
    func expectedRevision() throws(ActiveLogicError) -> Int64? {
        try basis.withLock { basis throws(ActiveLogicError) in
            switch basis {
            case .nothing: return nil
            case .revision(let revision): return revision
            case .lost: throw .newDataCommitted()
            }
        }
    }

    /// Takes note of what a list was read at.
    ///
    /// - Throws: ``ActiveLogicError`` of kind ``ActiveLogicError/Kind/pldbNewDataCommitted`` where the handle
    ///   stands on something else.
    func admit(_ revision: Int64) throws(ActiveLogicError) {
        try basis.withLock { basis throws(ActiveLogicError) in
            switch basis {
            case .nothing: basis = .revision(revision)
            case .revision(revision): break
            case .revision, .lost: throw .newDataCommitted()
            }
        }
    }

    /// Takes note of the handle's own change.
    ///
    /// A change counts one. Where the revision has grown by more, somebody else's change came right after it,
    /// and the next call finds that out.
    func advance(to revision: Int64?) {
        basis.withLock { basis in
            guard case .revision(let present) = basis else { return }
            basis = revision.map { .revision($0 > present ? present + 1 : $0) } ?? .lost
        }
    }

    /// Takes note that nobody knows what the last change has done.
    func lose() {
        basis.withLock { basis in
            guard case .revision = basis else { return }
            basis = .lost
        }
    }

    /// Begins again.
    func reset() {
        basis.withLock { $0 = .nothing }
    }
}
