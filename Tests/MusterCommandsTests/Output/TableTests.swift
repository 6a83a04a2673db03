import Testing
import WireJSON

@testable import MusterCommands

@Suite("Tables")
struct TableTests {
    private let plain = Console(isTerminal: false, environment: [:]) { _ in }
    private let terminal = Console(isTerminal: true, environment: [:]) { _ in }

    private func cells(_ texts: String...) -> [Table.Cell] {
        texts.map { Table.Cell($0) }
    }

    @Test("columns are as wide as their widest cell, two blanks apart, with no blank at the end")
    func widths() {
        var table = Table()
        let lines = table.lines(
            [cells("ID", "NAME", ""), cells("10", "Jane", "x"), cells("7", "", "y")],
            on: plain
        )
        #expect(lines == "ID  NAME\n10  Jane  x\n7         y\n")
    }

    @Test("a table that is written in pieces keeps the widths that it has")
    func pieces() {
        var table = Table()
        _ = table.lines([cells("123456", "a")], on: plain)
        #expect(table.lines([cells("1", "b")], on: plain) == "1       b\n")
    }

    @Test(
        "a text takes the columns that a terminal gives it",
        arguments: [
            ("", 0), ("jane", 4), ("Zoë", 3), ("Zoe\u{308}", 3), ("太郎", 4), ("한글", 4),
            ("\u{1112}\u{1161}\u{11AB}", 2), ("ｱ", 1), ("Ａ", 2), ("🙂", 2), ("👩‍👩‍👧", 2), ("🇸🇪", 2),
            ("❤️", 2),
            ("नि", 2), ("a\u{200D}b", 2), ("עברית", 5),
        ]
    )
    func displayWidth(_ text: String, _ width: Int) {
        #expect(DisplayWidth.of(text) == width)
    }

    @Test("wide characters stay in their columns")
    func wide() {
        var table = Table()
        let lines = table.lines([cells("太郎", "x"), cells("abcd", "y"), cells("é", "z")], on: plain)
        #expect(lines == "太郎  x\nabcd  y\né     z\n")
    }

    @Test("colours are there on a terminal, and change no column")
    func colours() {
        var table = Table()
        let row = [Table.Cell("no", .bad), Table.Cell("x")]
        #expect(table.lines([row], on: terminal) == "\u{1B}[31mno\u{1B}[0m  x\n")
        #expect(table.lines([row], on: plain) == "no  x\n")
    }

    @Test(
        "colours are wanted on a terminal, unless NO_COLOR has a value or the terminal is dumb",
        arguments: [
            (true, [:], true), (false, [:], false), (true, ["NO_COLOR": "1"], false),
            (true, ["NO_COLOR": ""], true), (true, ["TERM": "dumb"], false),
            (false, ["TERM": "xterm"], false),
        ] as [(Bool, [String: String], Bool)]
    )
    func colourRule(_ isTerminal: Bool, _ environment: [String: String], _ expected: Bool) {
        let console = Console(isTerminal: isTerminal, environment: environment) { _ in }
        #expect(console.usesColour == expected)
    }

    private func narrow(_ width: Int) -> Console {
        Console(isTerminal: true, environment: [:], columns: width) { _ in }
    }

    @Test(
        "on a terminal no line is wider than it; what is cut ends in an ellipsis",
        arguments: 13...60
    )
    func narrowness(_ width: Int) {
        var table = Table()
        let rows = [
            cells("ID", "NAME", "ROLE"),
            cells("1000", "Jane Katherine Doe of Nowhere", "scan-manager"),
            cells("2", "太郎太郎太郎太郎太郎太郎", "basic"),
        ]
        let text = table.lines(rows, on: narrow(width), shrinking: [.last, .first, .first])
        let lines = text.split(separator: "\n")
        #expect(lines.count == 3 && lines.allSatisfy { DisplayWidth.of(String($0)) <= width })
        #expect(text.contains("\u{2026}") == (width < 49), "\(text)")
        #expect(
            lines[1].hasPrefix("1000  ") == (width >= 14),
            "the id is whole while anything else can be cut"
        )
    }

    @Test(
        "names and the days of times stay while anything else can be cut, then the widest is cut",
        arguments: [
            (86, [2, 17, 4, 13, 11, 7, 20]), (60, [2, 16, 4, 5, 5, 5, 11]),
            (52, [2, 15, 3, 3, 3, 3, 11]), (50, [2, 13, 3, 3, 3, 3, 11]),
            (38, [2, 6, 3, 3, 3, 3, 6]), (20, [2, 3, 3, 3, 3, 3, 3]),
        ] as [(Int, [Int])]
    )
    func shares(_ width: Int, _ expected: [Int]) {
        let natural = [2, 17, 4, 13, 11, 7, 20]
        let shrinking: [Table.Shrinking] = [
            .last, .downTo(16), .first, .first, .first, .first, .downTo(11),
        ]
        let widths = Table.fit(natural, into: width, shrinking)
        #expect(widths.sorted() == expected.sorted(), "\(widths)")
        #expect(widths[1] == expected[1] && widths[6] == expected[6], "\(widths)")
    }

    @Test("a user's name and the day of a login can be read in a terminal of 60 columns")
    func readable() throws {
        let recorder = Recorder(isTerminal: true, environment: ["COLUMNS": "60", "NO_COLOR": "1"])
        var list = RecordList(
            .user,
            format: .table,
            isQuiet: false,
            time: .iso,
            on: recorder.console
        )
        try list.append([
            JSONObject([
                ("id", .integer(10)), ("username", .string("admin@example.com")),
                ("name", .string("Jane Katherine Doe")), ("permissions", .integer(40)),
                ("administers_by", .array([.string("permissions"), .string("writebm")])),
                ("enabled", .bool(true)), ("last_login", .integer(1_764_288_000_000)),
            ])
        ])
        let lines = recorder.text.split(separator: "\n")
        #expect(lines.allSatisfy { DisplayWidth.of(String($0)) <= 60 }, "\(lines)")
        #expect(recorder.text.contains("10  admin@example.c\u{2026}  "), "\(lines)")
        #expect(recorder.text.contains("2025-11-28\u{2026}"), "\(lines)")
    }

    @Test("a table that is not on a terminal, or is shown whole, is never cut")
    func whole() {
        let long = String(repeating: "x", count: 500)
        var table = Table()
        #expect(table.lines([cells(long, "y")], on: plain) == long + "  y\n")
        var record = Table(overflow: .none)
        #expect(record.lines([cells("Name", long)], on: narrow(20)) == "Name  \(long)\n")
    }

    @Test("a text that is wrapped goes on under its beginning, between words")
    func wrapping() {
        var table = Table(overflow: .wrap)
        let rows = [
            cells("PART", "FINDING"), cells("files", "one two three /a/long/path/of/a/file x"),
        ]
        #expect(
            table.lines(rows, on: narrow(27)) == """
                PART   FINDING
                files  one two three
                       /a/long/path/of/a/file
                       x

                """
        )
        #expect(table.lines([rows[1]], on: plain).split(separator: "\n").count == 1)
        #expect(table.lines([rows[1]], on: narrow(16)).split(separator: "\n").count == 1)
    }

    @Test(
        "the width is what COLUMNS says, then what the terminal says, and none elsewhere",
        arguments: [
            ([:], true, 80), (["COLUMNS": "40"], true, 40), (["COLUMNS": "0"], true, 80),
            (["COLUMNS": "wide"], true, 80), (["COLUMNS": "40"], false, nil),
        ] as [([String: String], Bool, Int?)]
    )
    func consoleWidth(_ environment: [String: String], _ isTerminal: Bool, _ width: Int?) {
        let console = Console(isTerminal: isTerminal, environment: environment, columns: 80) { _ in
        }
        #expect(console.width == width)
    }
}
