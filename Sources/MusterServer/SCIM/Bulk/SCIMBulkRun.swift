import HTTPTypes
import MusterCore
import SCIMAPI
import TextBytes
import WireJSON

/// The operations of one request on their way: which is next, and what became of those before.
///
/// They are done in the order in which they were sent, but for those that mean what a later one makes, which wait for it. Each is
/// told by what it needs when it may be done, so that however they refer to each other no reference is looked at twice.
struct SCIMBulkRun {
    /// What became of an operation.
    struct Outcome {
        /// The resource's path, with names of operations resolved; nil if it could not be.
        var path: String?
        /// The status; nil for the usual one of the refusal.
        var status: HTTPResponse.Status?
        /// Where the resource is that was made.
        var location: String?
        var version: String?
        /// Why it was not done; nil if it was.
        var refusal: MusterError?
    }

    /// What to do about an operation.
    enum Step {
        case perform(path: String, data: JSONObject?)
        case refuse(MusterError, HTTPResponse.Status? = nil)
    }

    private static let schema = "urn:ietf:params:scim:api:messages:2.0:BulkResponse"

    private enum Standing {
        /// It needs something that is not made yet.
        case waits
        /// It is done, or refused, when its turn comes.
        case isDue
        /// It needs what needs it, and is refused when its turn comes.
        case isInCircle
        case isOver
    }

    private let bulk: SCIMBulk
    /// The operations that make something under a name.
    private let makers: Set<ByteText>
    private var standings: [Standing]
    /// How much each needs that is not made yet.
    private var lacking: [Int]
    /// Which operations need what is made under a name.
    private var needy: [ByteText: [Int]] = [:]
    private var left: Int
    /// Where it goes on, and whether anything was done since it last began at the beginning.
    private var position = 0
    private var hasMoved = false
    private var ids: [ByteText: String] = [:]
    private var failed: Set<ByteText> = []
    private var errors = 0
    private var outcomes: [Outcome?]

    init(_ bulk: SCIMBulk) {
        self.bulk = bulk
        makers = Set(
            bulk.operations.compactMap { operation in
                operation.method == "POST" ? operation.bulkID.map { ByteText($0) } : nil
            }
        )
        left = bulk.operations.count
        outcomes = bulk.operations.map { _ in nil }
        lacking = bulk.operations.map(\.needs.count)
        standings = bulk.operations.map { _ in .waits }
        for (place, operation) in bulk.operations.enumerated() {
            let isRefused = operation.fault != nil || !operation.needs.isSubset(of: makers)
            if isRefused || operation.needs.isEmpty { standings[place] = .isDue }
            for name in operation.needs { needy[name, default: []].append(place) }
        }
    }

    /// The next operation and what to do about it; nil when all is done, or too much has failed.
    mutating func next() -> (place: Int, step: Step)? {
        if let most = bulk.mostErrors, errors >= most { return nil }
        while left > 0 {
            if position == standings.count {
                if !hasMoved { for place in circle() { standings[place] = .isInCircle } }
                (position, hasMoved) = (0, false)
            }
            let place = position
            position += 1
            if standings[place] == .isInCircle {
                return take(place, .refuse(SCIMBulkRun.circular, .conflict))
            }
            guard standings[place] == .isDue else { continue }
            let operation = bulk.operations[place]
            if let refusal = refusal(of: operation) { return take(place, .refuse(refusal)) }
            let (path, data) = (operation.path(with: ids), operation.data(with: ids))
            return take(place, .perform(path: path, data: data))
        }
        return nil
    }

    /// Those of the operations that wait which something else that waits needs, and so on without an end.
    ///
    /// What is only waiting for one of them is told afterwards that this one has failed.
    private func circle() -> [Int] {
        let waiting = standings.indices.filter { standings[$0] == .waits }
        var makers: [ByteText: Int] = [:]
        for place in waiting where bulk.operations[place].method == "POST" {
            if let id = bulk.operations[place].bulkID { makers[ByteText(id)] = place }
        }
        var needed = standings.map { _ in 0 }
        for place in waiting {
            for maker in bulk.operations[place].needs.compactMap({ makers[$0] }) {
                needed[maker] += 1
            }
        }
        var outside = waiting.filter { needed[$0] == 0 }
        var rest = Set(waiting)
        while let place = outside.popLast() {
            rest.remove(place)
            for maker in bulk.operations[place].needs.compactMap({ makers[$0] }) {
                needed[maker] -= 1
                if needed[maker] == 0 { outside.append(maker) }
            }
        }
        return rest.isEmpty ? waiting : rest.sorted()
    }

    private mutating func take(_ place: Int, _ step: Step) -> (place: Int, step: Step) {
        hasMoved = true
        left -= 1
        standings[place] = .isOver
        return (place, step)
    }

    private func refusal(of operation: SCIMBulk.Operation) -> MusterError? {
        if let fault = operation.fault { return fault.error }
        for name in operation.needs {
            guard makers.contains(name) else {
                return SCIMFailure(
                    .invalidValue,
                    "No POST of this request has the bulkId \(name.text.quoted(60))."
                ).error
            }
            guard !failed.contains(name) else {
                return SCIMFailure(
                    .invalidValue,
                    "The operation with the bulkId \(name.text.quoted(60)), which this one needs, has failed."
                ).error
            }
        }
        return nil
    }

    private static var circular: MusterError {
        SCIMFailure(
            .invalidValue,
            "Operations of this request refer to each other in a circle; make them first, and then change one."
        ).error
    }

    /// Notes what became of an operation.
    mutating func note(_ outcome: Outcome, at place: Int) {
        outcomes[place] = outcome
        if outcome.refusal != nil { errors += 1 }
        guard let name = bulk.operations[place].bulkID.map({ ByteText($0) }) else { return }
        if outcome.refusal != nil {
            failed.insert(name)
        } else if let id = outcome.location?.utf8.split(separator: UInt8(ascii: "/")).last {
            ids[name] = String(Substring(id))
        } else {
            return
        }
        for other in needy[name] ?? [] where standings[other] == .waits {
            lacking[other] -= 1
            if lacking[other] == 0 || outcome.refusal != nil { standings[other] = .isDue }
        }
    }

    /// Writes what became of all that were tried, in the order in which they were sent.
    func write(to json: inout JSONWriter, root: String) {
        json.object { json in
            json.name("schemas")
            json.array { $0.string(SCIMBulkRun.schema) }
            json.name("Operations")
            json.array { json in
                for place in outcomes.indices {
                    guard let outcome = outcomes[place] else { continue }
                    write(outcome, of: bulk.operations[place], to: &json, root: root)
                }
            }
        }
    }

    private func write(
        _ outcome: Outcome,
        of operation: SCIMBulk.Operation,
        to json: inout JSONWriter,
        root: String
    ) {
        let usual = outcome.refusal.map { SCIMErrors.status(of: $0) } ?? .ok
        let status = outcome.status ?? usual
        let isNew = operation.method == "POST"
        let location = isNew ? outcome.location : outcome.path.map { root + $0 }
        json.object { json in
            json.member("method", operation.method)
            if let bulkID = operation.bulkID { json.member("bulkId", bulkID) }
            if let version = outcome.version { json.member("version", version) }
            if let location { json.member("location", location) }
            json.member("status", String(status.code))
            if let refusal = outcome.refusal {
                json.name("response")
                SCIMErrors.write(refusal, status, to: &json)
            }
        }
    }
}
