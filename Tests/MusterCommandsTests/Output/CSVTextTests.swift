import Testing

@testable import MusterCommands

@Suite("Lines of CSV")
struct CSVTextTests {
    @Test("a cell of CSV is quoted where it has to be, whatever stands in it")
    func cells() {
        let cells = ["", "a", " a", "a ", "a,b", "a\"b", "\"", "a\nb", "\u{E9}", " \u{301}"]
        #expect(
            CSVText.line(cells)
                == ",a,\" a\",\"a \",\"a,b\",\"a\"\"b\",\"\"\"\",\"a\nb\",\u{E9},\" \u{301}\"\n"
        )
    }
}
