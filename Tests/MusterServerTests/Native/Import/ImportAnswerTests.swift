import Testing

@testable import MusterCore
@testable import MusterServer

@Suite("What an import says of itself")
struct ImportAnswerTests {
    @Test("lines that were only looked at are not said to be created when the import ends there")
    func looks() throws {
        var answer = NativeImportAnswer(shown: .failed, isDryRun: false)
        answer.beginLooks()
        answer.add(candidate, .created(nil))
        answer.finish(MusterError(.storeUnavailable, "The disk is full."))
        let text = String(decoding: answer.unsent, as: UTF8.self)
        #expect(text.contains(#""done":false"#) && text.contains(#""created":0"#))
        #expect(text.contains("The disk is full."))
    }

    @Test("what was written before is counted")
    func written() throws {
        var answer = NativeImportAnswer(shown: .failed, isDryRun: false)
        answer.beginLooks()
        answer.endLooks()
        answer.add(candidate, .created(nil))
        answer.finish(MusterError(.storeUnavailable, "The disk is full."))
        let text = String(decoding: answer.unsent, as: UTF8.self)
        #expect(text.contains(#""created":1"#))
    }

    private var candidate: ImportCandidate {
        ImportCandidate(
            line: ImportLine(number: 1, username: Username(stored: "jane@example.com")),
            draft: UserDraft(username: Username(stored: "jane@example.com"))
        )
    }
}
