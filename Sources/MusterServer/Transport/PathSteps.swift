/// Paths in their parts, laid out for looking: numbers and bytes alone, so that a look holds and lets go of nothing on its way.
///
/// Every request asks here, and the objects that it would hold are shared with all processors, which wait for each other there.
struct PathSteps: Sendable {
    /// One part of paths, while they are gathered.
    struct Part {
        var literals: [(part: [UInt8], next: Int)] = []
        /// What comes next after a part that varies.
        var variable: Int?
        /// What is found where a path ends here.
        var found: Int?
    }

    private struct Step {
        let literals: Range<Int>
        let variable: Int?
        let found: Int?
    }

    private struct Literal {
        let part: Range<Int>
        let next: Int
    }

    static let slash = UInt8(ascii: "/")

    private var steps: [Step] = []
    private var literals: [Literal] = []
    private var bytes: [UInt8] = []

    /// Lays out parts that name each other by their places; paths begin at the first.
    init(_ parts: [Part]) {
        for part in parts {
            let first = literals.count
            for literal in part.literals {
                let start = bytes.count
                bytes += literal.part
                literals.append(Literal(part: start..<bytes.count, next: literal.next))
            }
            steps.append(
                Step(
                    literals: first..<literals.count,
                    variable: part.variable,
                    found: part.found
                )
            )
        }
    }

    /// What is found at a path; nil if nothing is.
    ///
    /// Of a plain path no part is empty. A part that is written out is taken before one that varies.
    func find(_ path: UnsafeBufferPointer<UInt8>, isPlain: Bool) -> Int? {
        steps.withUnsafeBufferPointer { steps in
            literals.withUnsafeBufferPointer { literals in
                bytes.withUnsafeBufferPointer { bytes in
                    Look(
                        path: path,
                        isPlain: isPlain,
                        steps: steps,
                        literals: literals,
                        bytes: bytes
                    ).find(from: 0, at: 0)
                }
            }
        }
    }

    /// One look for a path.
    private struct Look {
        let path: UnsafeBufferPointer<UInt8>
        let isPlain: Bool
        let steps: UnsafeBufferPointer<Step>
        let literals: UnsafeBufferPointer<Literal>
        let bytes: UnsafeBufferPointer<UInt8>

        /// What is found of what is left of the path from a byte on, at a step.
        func find(from start: Int, at place: Int) -> Int? {
            let step = steps[place]
            guard start < path.count else { return step.found }
            var begin = start
            while begin < path.count, path[begin] == PathSteps.slash { begin += 1 }
            if isPlain, begin != start + 1 || begin == path.count { return nil }
            guard begin < path.count else { return step.found }
            var end = begin
            while end < path.count, path[end] != PathSteps.slash { end += 1 }
            for literal in literals[step.literals] where isSame(literal.part, begin..<end) {
                if let found = find(from: end, at: literal.next) { return found }
            }
            return step.variable.flatMap { find(from: end, at: $0) }
        }

        private func isSame(_ part: Range<Int>, _ other: Range<Int>) -> Bool {
            part.count == other.count
                && zip(part, other).allSatisfy { bytes[$0] == path[$1] }
        }
    }
}
