import HTTPTypes
import HummingbirdCore
import MusterCore
import MusterTesting
import SCIMAPI
import StoreTesting
import Testing
import WireJSON

@testable import MusterServer

@Suite("Operations of one request in SCIM", .everyStore)
struct SCIMBulkTests {
    /// Operations that each make something under a name and refer to others; the last one to none.
    private func bulk(_ needs: [(name: String, needs: [String])]) throws -> SCIMBulk {
        let operations = needs.map { name, needs in
            let members = needs.map { "{\"value\":\"bulkId:\($0)\"}" }.joined(separator: ",")
            return "{\"method\":\"POST\",\"path\":\"/Groups\",\"bulkId\":\"\(name)\","
                + "\"data\":{\"members\":[\(members)]}}"
        }
        let text = "{\"Operations\":[\(operations.joined(separator: ","))]}"
        guard case .object(let object) = try JSONValue(parsing: Array(text.utf8)) else {
            throw MusterError(.inputMalformed, "no object")
        }
        return try SCIMBulk(object)
    }

    /// The order in which they are done, and how many were refused; each that is done has made something.
    private func order(of bulk: SCIMBulk, failing: Set<Int> = []) -> (done: [Int], refused: [Int]) {
        var run = SCIMBulkRun(bulk)
        var (done, refused): ([Int], [Int]) = ([], [])
        while let (place, step) = run.next() {
            var outcome = SCIMBulkRun.Outcome(location: "/Groups/id\(place)")
            switch step {
            case .refuse(let error, _):
                outcome = SCIMBulkRun.Outcome(refusal: error)
                refused.append(place)
            case .perform where failing.contains(place):
                outcome = SCIMBulkRun.Outcome(refusal: MusterError(.inputMalformed, "no"))
                done.append(place)
            case .perform:
                done.append(place)
            }
            run.note(outcome, at: place)
        }
        return (done, refused)
    }

    @Test("what needs a later one waits for it, however long the chain is")
    func chain() throws {
        let count = SCIMBulk.maximumOperations
        let chain = (0..<count).map { number -> (name: String, needs: [String]) in
            (name: "n\(number)", needs: number + 1 < count ? ["n\(number + 1)"] : [])
        }
        let (done, refused) = try order(of: bulk(chain))
        #expect(done == Array((0..<count).reversed()))
        #expect(refused.isEmpty)
    }

    @Test("others are done in the order in which they were sent")
    func inOrder() throws {
        let some: [(name: String, needs: [String])] = [
            (name: "a", needs: ["c"]), (name: "b", needs: []), (name: "c", needs: ["d", "b"]),
            (name: "d", needs: []), (name: "e", needs: ["d"]),
        ]
        #expect(try order(of: bulk(some)).done == [1, 3, 4, 2, 0])
    }

    @Test("what needs one that failed, is not there, or needs it in a circle is refused")
    func refused() throws {
        let some: [(name: String, needs: [String])] = [
            (name: "a", needs: ["b", "c"]), (name: "b", needs: []), (name: "c", needs: ["d"]),
            (name: "d", needs: ["c"]), (name: "e", needs: ["nobody"]), (name: "f", needs: ["e"]),
        ]
        let (done, refused) = try order(of: bulk(some), failing: [1])
        #expect(done == [1])
        #expect(Set(refused) == [0, 2, 3, 4, 5])
    }

    @Test("those that need each other are told so, and what needs one of them that it failed")
    func circles() throws {
        let some: [(name: String, needs: [String])] = [
            (name: "a", needs: ["b"]), (name: "b", needs: ["c"]), (name: "c", needs: ["a"]),
            (name: "d", needs: ["a"]), (name: "e", needs: ["d"]), (name: "f", needs: []),
            (name: "self", needs: ["self"]),
        ]
        var run = SCIMBulkRun(try bulk(some))
        var statuses: [Int: HTTPResponse.Status] = [:]
        while let (place, step) = run.next() {
            guard case .refuse(let error, let status) = step else {
                statuses[place] = .created
                run.note(SCIMBulkRun.Outcome(location: "/Groups/id\(place)"), at: place)
                continue
            }
            statuses[place] = status ?? SCIMErrors.status(of: error)
            run.note(SCIMBulkRun.Outcome(status: status, refusal: error), at: place)
        }
        let told = (0..<some.count).map { statuses[$0] }
        #expect(
            told == [
                .conflict, .conflict, .conflict, .badRequest, .badRequest, .created, .conflict,
            ]
        )
    }

    @Test("more references than are looked at are refused, before anything is done")
    func references() throws {
        let most = SCIMBulk.maximumReferences
        let allowed = Array(repeating: "b", count: most)
        #expect(
            try bulk([(name: "a", needs: allowed), (name: "b", needs: [])]).operations.count == 2
        )
        #expect(throws: SCIMFailure.self) {
            try bulk([(name: "a", needs: allowed + ["b"]), (name: "b", needs: [])])
        }
    }

    @Test("whoever administers nobody is told so before the body is read")
    func rights() async throws {
        let test = try await TestDirectory()
        let user = try await test.makeUser("jane@example.com")
        let keys = try await test.keys.rotate(.user(.id(user.id)), by: test.asAdministrator)
        let token = "Bearer " + keys.accessKey + keys.secretKey.withExposedValue(\.self)
        for body in ["{\"Operations\":[{}]}", "no JSON at all"] {
            let answer = try await TestServer(test).send(
                .post,
                "/scim/v2/Bulk",
                body: body,
                fields: [.authorization: token]
            )
            #expect(answer.status == .forbidden)
        }
    }
}
