/// How far an import is.
package struct ImportState: Sendable {
    /// Where it is on its way.
    package enum Phase: Sendable {
        /// Its lines are looked at, and nothing is changed.
        case looking
        /// All lines have been looked at.
        case looked
        /// They are looked at again and written.
        case writing
        /// It was made.
        case done
        /// It has ended before that.
        case stopped

        /// Whether something is being done.
        package var isUnderWay: Bool { self == .looking || self == .writing }
    }

    /// A line that cannot be taken.
    package struct Fault: Sendable {
        /// Its number in the file, from 1.
        package let line: Int
        /// The field at fault, as the file calls it; nil if it is none.
        package let field: String?
        /// What is wrong.
        package let reason: String

        /// Builds a fault.
        package init(_ line: Int, field: String?, _ reason: String) {
            self.line = line
            self.field = field
            self.reason = reason
        }
    }

    /// How many faults are kept to be shown.
    private static let mostFaults = 200

    /// What the file is called; empty for what was pasted.
    package let name: String
    /// Where it is on its way.
    package private(set) var phase = Phase.looking
    /// How many lines there are.
    package var total = 0
    /// How many have been dealt with in this phase.
    package var seen = 0
    /// How many users were made, or would be.
    package var created = 0
    /// How many were changed, or would be.
    package var updated = 0
    /// How many are as the lines have them.
    package var unchanged = 0
    /// How many lines cannot be taken.
    package private(set) var failed = 0
    /// The first of them.
    package private(set) var faults: [Fault] = []
    /// Why it has ended.
    package private(set) var error: String?

    /// An import that begins.
    package init(_ name: String) {
        self.name = name
    }

    /// Begins a phase again.
    package mutating func begin(_ phase: Phase) {
        self.phase = phase
        beginWrites()
        (failed, faults, error) = (0, [], nil)
    }

    /// Counts again what is written after it was looked at.
    package mutating func beginWrites() {
        (seen, created, updated, unchanged) = (0, 0, 0, 0)
    }

    /// Notes a line that cannot be taken.
    package mutating func fail(_ fault: Fault) {
        failed += 1
        if faults.count < ImportState.mostFaults { faults.append(fault) }
    }

    /// Ends a phase; nil if nothing kept it from that.
    package mutating func end(_ error: String?) {
        self.error = error
        phase = error != nil ? .stopped : phase == .looking ? .looked : .done
        if error == nil { seen = total }
    }
}
