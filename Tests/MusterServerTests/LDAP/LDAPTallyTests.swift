import LDAPWire
import MusterCore
import Testing

@testable import MusterServer

@Suite("What is counted of LDAP")
struct LDAPTallyTests {
    @Test("each result counts once, and entries that were found do not")
    func results() {
        let tally = LDAPTally(counts: OperationTally())
        var writer = LDAPEntryWriter(to: 7)
        writer.begin(Array("cn=x".utf8))
        writer.begin(LDAPEntryWriter.Attribute("cn".utf8))
        writer.add([UInt8](repeating: 0x78, count: 300))
        writer.endAttribute()
        writer.end()
        let entry = writer.bytes
        tally.note(entry + entry + LDAPAnswers.result(.search, to: 7, .success))
        tally.note(LDAPAnswers.result(.search, to: 8, LDAPResult(.noSuchObject)))
        tally.note(LDAPAnswers.result(.add, to: 9, LDAPResult(.entryAlreadyExists, "x")))
        tally.note(LDAPAnswers.extended(to: 10, .success, value: [1, 2]))
        tally.note([])
        func count(_ kind: String, _ code: LDAPResultCode) -> UInt64 {
            let place = LDAPTally.kinds.firstIndex { $0.name == kind } ?? -1
            return tally.counts.count(kind: place, code: code.rawValue)
        }
        #expect(count("search", .success) == 1)
        #expect(count("search", .noSuchObject) == 1)
        #expect(count("add", .entryAlreadyExists) == 1)
        #expect(count("extended", .success) == 1)
        #expect(count("modify", .success) == 0)
    }

    @Test("every kind has its place, and nothing beyond them counts")
    func bounds() {
        #expect(LDAPTally.kinds.count == OperationTally.kinds)
        let counts = OperationTally()
        for (kind, code) in [(8, 0), (-1, 0), (0, 128), (0, -1)] {
            counts.note(kind: kind, code: code)
            #expect(counts.count(kind: kind, code: code) == 0)
        }
        counts.note(kind: 7, code: 127)
        #expect(counts.count(kind: 7, code: 127) == 1)
    }
}
