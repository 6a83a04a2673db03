import Glibc
import Testing
import WireJSON

@testable import MusterCommands

@Suite("Reading comma-separated values")
struct CSVParserTests {
    private func records(_ bytes: [UInt8], parts size: Int) -> [CSVParser.Record] {
        var parser = CSVParser()
        var records: [CSVParser.Record] = []
        for start in stride(from: 0, to: bytes.count, by: size) {
            records += parser.push(Array(bytes[start..<min(start + size, bytes.count)]))
        }
        return records + (parser.finish().map { [$0] } ?? [])
    }

    private func cells(_ text: String, parts size: Int = 1000) -> [[String]?] {
        records(Array(text.utf8), parts: size).map(\.cells)
    }

    @Test("wherever the pieces end, the cells are the same", arguments: [1, 2, 3, 4, 5, 7, 1000])
    func pieces(_ size: Int) {
        #expect(cells("", parts: size) == [])
        #expect(cells("a", parts: size) == [["a"]])
        #expect(cells("a,b\r\nc,d\r\n", parts: size) == [["a", "b"], ["c", "d"]])
        #expect(cells("a,b\nc,d", parts: size) == [["a", "b"], ["c", "d"]])
        #expect(cells("a,b\rc,d\r", parts: size) == [["a", "b"], ["c", "d"]])
        #expect(cells(",\n\n,,", parts: size) == [["", ""], [""], ["", "", ""]])
        #expect(cells("\"a,b\",\"c\"\"d\"\n", parts: size) == [["a,b", "c\"d"]])
        #expect(cells("\"\",\"\"\"\"\n", parts: size) == [["", "\""]])
        #expect(cells("\"two\nlines\",x\ny,z", parts: size) == [["two\nlines", "x"], ["y", "z"]])
        #expect(cells("\"a\r\nb\"\r\n", parts: size) == [["a\r\nb"]])
        #expect(cells("\u{FEFF}name\njane", parts: size) == [["name"], ["jane"]])
        #expect(cells("\u{FEFF}", parts: size) == [])
        #expect(cells("日本,ä\n", parts: size) == [["日本", "ä"]])
        #expect(cells(" a , b ", parts: size) == [[" a ", " b "]], "blanks are part of a cell")
    }

    @Test("a record knows the line on which it begins")
    func lines() {
        let text = "a\n\"b\nb\nb\"\nc\n\"d\n\n\"\ne"
        #expect(records(Array(text.utf8), parts: 3).map(\.line) == [1, 2, 5, 6, 9])
    }

    @Test(
        "what the rules do not allow is the fault of its record alone",
        arguments: [
            "a\"b", "a\"", "\"a\"b", "\"a\" ", "\"a\"\"b\"c", " \"a\"", "x,a\"\"", "\"a\",b\"c",
        ]
    )
    func faults(_ text: String) {
        let all = records(Array("ok\n\(text)\nok\n".utf8), parts: 1000)
        #expect(all.map { $0.cells == nil } == [false, true, false])
        #expect(all[1].fault != nil && all[1].line == 2 && all[2].cells == ["ok"])
    }

    @Test("bytes that are no UTF-8, and NULs, are faults")
    func bytes() {
        for bad: [UInt8] in [
            [0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0x61, 0x00], [0xF0, 0x9F],
        ] {
            let all = records(bad + [0x0A] + Array("ok".utf8), parts: 1)
            #expect(all.map { $0.cells == nil } == [true, false])
        }
    }

    @Test("a quote without an end is a fault, and takes no more memory than a record may")
    func openQuote() {
        let all = records(Array("a\n\"b\nc\nd\n".utf8), parts: 2)
        #expect(all.map { $0.cells == nil } == [false, true])
        var parser = CSVParser()
        let piece = [UInt8](repeating: 0x78, count: 10_000)
        _ = parser.push([0x22])
        for _ in 0..<100 { #expect(parser.push(piece).isEmpty) }
        #expect(parser.finish()?.fault?.contains("65536") == true)
    }

    @Test("the greatest record is taken, and one byte more is not")
    func length() {
        let most = String(repeating: "x", count: CSVParser.maximumBytes)
        #expect(cells(most) == [[most]])
        #expect(cells(most + "x") == [nil])
        #expect(cells(most + "xxxx\nok") == [nil, ["ok"]])
    }
}

@Suite("Users in comma-separated values")
struct CSVHeadingTests {
    private func heading(_ cells: [String]) throws -> CSVHeading {
        try CSVHeading(CSVParser.Record(line: 1, cells: cells, fault: nil))
    }

    private func line(_ heading: [String], _ cells: [String]) throws -> String {
        let record = CSVParser.Record(line: 2, cells: cells, fault: nil)
        return try self.heading(heading).object(record).map { JSONText.line(.object($0)) } ?? ""
    }

    @Test("headings are matched without case, and the role has two names")
    func headings() throws {
        #expect(
            try line(["UserName", "ROLE", "Enabled"], ["jane", "Standard", "no"])
                == #"{"username":"jane","permissions":32,"enabled":false}"#
        )
        let both = #expect(throws: CommandError.self) {
            try heading(["username", "role", "permissions"])
        }
        #expect(both?.message == "The columns role and permissions both stand for permissions.")
    }

    @Test("a row of nothing but commas is no user, and a last column without a heading is none")
    func emptiness() throws {
        #expect(try line(["username", "name"], ["", ""]).isEmpty)
        #expect(try line(["username", "name"], ["", "", "", ""]).isEmpty)
        let jane = #"{"username":"jane"}"#
        #expect(try line(["username", "name", ""], ["jane", "", ""]) == jane)
        #expect(try line(["username", "name", ""], ["jane", ""]) == jane)
        #expect(try line(["username", "name"], ["jane", "", ""]) == jane)
        for cells in [["jane", "", "x"], ["jane"]] {
            #expect(throws: CSVFault.self) { try line(["username", "name", ""], cells) }
            #expect(throws: CSVFault.self) { try line(["username", "name"], cells) }
        }
    }

    @Test("columns of a person go where they belong in it, beside a cell with all of it")
    func persons() throws {
        let enterprise = CSVPerson.organization
        #expect(
            try line(
                ["username", "given_name", "Title", "work_phone", "mobile_phone", "department"],
                ["ann", "Ann", "Analyst", "1", "2", "Research"]
            ) == """
                {"username":"ann","person":{"name":{"givenName":"Ann"},"title":"Analyst",\
                "phoneNumbers":[{"type":"work","value":"1"},{"type":"mobile","value":"2"}],\
                "\(enterprise)":{"department":"Research"}}}
                """
        )
        #expect(
            try line(
                ["username", "person", "family_name", "locality", "external_id"],
                ["ann", #"{"name":{"givenName":"Ann"}}"#, "Example", "Town", "7"]
            ) == """
                {"username":"ann","external_id":"7","person":{"name":{"givenName":"Ann",\
                "familyName":"Example"},"addresses":[{"type":"work","locality":"Town"}]}}
                """
        )
        #expect(
            try line(["username", "person"], ["ann", "x"]) == #"{"username":"ann","person":"x"}"#
        )
        #expect(try line(["username", "title"], ["ann", ""]) == #"{"username":"ann"}"#)
    }

    @Test("each column of a person's is read again as it was written")
    func personColumns() throws {
        for (name, place) in CSVPerson.columns {
            let object = CSVPerson.object([], [(place, "x")])
            guard case .object(let person)? = object["person"] else { continue }
            #expect(CSVPerson.text(at: place, in: person) == "x", "\(name)")
        }
    }

    @Test("a map says what a column stands for")
    func maps() throws {
        let record = CSVParser.Record(line: 1, cells: ["Login", "Full=Name", "colour"], fault: nil)
        func map(_ texts: String...) -> [ColumnMap] { texts.compactMap { ColumnMap(argument: $0) } }
        #expect(throws: CommandError.self) { try CSVHeading(record, map("login=username")) }
        let narrow = CSVParser.Record(line: 1, cells: ["Login", "Full=Name"], fault: nil)
        let heading = try CSVHeading(narrow, map("login=Username", "Full=Name=name"))
        #expect(heading.names.map(\.field) == ["username", "name"])
        #expect(heading.names.map(\.column) == ["Login", "Full=Name"])
        let twice = map("Login=username", "login=name")
        for bad in [map("Login=user"), map("Nobody=username"), twice] {
            #expect(throws: CommandError.self) { try CSVHeading(narrow, bad) }
        }
        for text in ["", "=", "a=", "=a", "a"] { #expect(ColumnMap(argument: text) == nil) }
    }

    @Test("each cell becomes what its column holds, and an empty one nothing")
    func kinds() throws {
        let names = ["username", "name", "permissions", "enabled", "readbm", "hosts", "password"]
        #expect(
            try line(names, ["jane", "", "standard", "YES", "7", "10.0.0.0/8; ::1", "x"])
                == #"{"username":"jane","permissions":32,"enabled":true,"readbm":7,"#
                + #""hosts":["10.0.0.0/8","::1"],"password":"x"}"#
        )
        #expect(
            try line(names, ["7", "7", "64", "0", "", "", ""])
                == #"{"username":"7","name":"7","permissions":64,"enabled":false}"#
        )
    }

    @Test("hosts and masks are said as on the command line")
    func words() throws {
        let names = ["username", "readbm", "writebm", "hosts"]
        #expect(
            try line(names, ["a", "Users,config", "0x10", "any"])
                == #"{"username":"a","readbm":10,"writebm":16,"hosts":[]}"#
        )
        #expect(
            try line(names, ["a", "users;Channels", "all", "Anywhere"])
                == #"{"username":"a","readbm":40,"writebm":9223372036854775807,"hosts":[]}"#
        )
        #expect(
            try line(names, ["a", "none", "Nonsense", "any;::1"])
                == #"{"username":"a","readbm":0,"writebm":"Nonsense","hosts":["any","::1"]}"#
        )
        for cell in [" ", ";", " ; "] {
            let text = try line(["username", "hosts"], ["a", cell])
            #expect(text == #"{"username":"a","hosts":["\#(cell)"]}"#, "not anywhere")
        }
    }

    @Test("a cell that does not fit goes to the server as it is")
    func misfits() throws {
        #expect(
            try line(["username", "enabled", "timeout"], ["a", "maybe", "1h"])
                == #"{"username":"a","enabled":"maybe","timeout":"1h"}"#
        )
    }

    @Test("a list of texts comes back whatever is in them")
    func lists() {
        for list in [
            [], ["a"], ["a", "b"], ["a;b"], ["a;b", "c"], ["ssh-rsa AAA a@b"], [" lead"],
            ["trail "], [" "], ["a", "  b "], [" a;b", "c"],
        ] {
            #expect(CSVHeading.list(CSVHeading.cell(list)) == list)
        }
        #expect(CSVHeading.list("a\r\nb\n") == ["a", "b"])
    }

    @Test(
        "a heading with a column that is none, that is there twice, or without the user name is refused",
        arguments: [
            ["name"], ["username", "colour"], ["username", "username"], ["Username", "username"],
            [""], ["username;name"], ["username\tname"], [" username"],
            ["id", "username"],
        ]
    )
    func refused(_ cells: [String]) {
        #expect(throws: CommandError.self) { try heading(cells) }
    }

    @Test("a heading or a cell that is long is told apart by its bytes")
    func longCells() throws {
        for text in [
            String(repeating: "a", count: 60_000), String(repeating: "\u{E9}", count: 30_000),
        ] {
            let refusal = #expect(throws: CommandError.self) { try heading(["username", text]) }
            // It names every column that there is, and not what was given as one.
            #expect((refusal?.message.utf8.count ?? .max) < 1000)
            for column in ["enabled", "permissions", "timeout", "hosts"] {
                #expect(try line(["username", column], ["a", text]).contains(text))
            }
        }
        #expect(throws: CommandError.self) { try heading(["username\u{301}"]) }
    }

    @Test("a record with more or fewer cells than the heading is a fault")
    func counts() throws {
        for cells in [["a"], ["a", "b", "c"]] {
            #expect(throws: CSVFault.self) { try line(["username", "name"], cells) }
        }
    }

    @Test("columns without a heading cost a short record nothing, however many there are")
    func manyColumns() throws {
        let wide = try heading(["username"] + Array(repeating: "", count: 60_000))
        #expect(wide.namedCount == 1 && wide.columns.count == 60_001)
        let record = CSVParser.Record(line: 2, cells: ["jane"], fault: nil)
        let begin = Self.processorTime()
        for _ in 0..<4_000 {
            #expect(try wide.object(record)?.members.count == 1)
        }
        // To fill each up with empty cells took minutes.
        #expect(Self.processorTime() - begin < .seconds(5))
        let far = ["username"] + Array(repeating: "", count: 60_000) + ["name"]
        #expect(throws: CSVFault.self) { try line(far, ["jane"]) }
    }

    /// How long this thread has had a processor, so that a busy machine does not make it long.
    private static func processorTime() -> Duration {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }

    @Test("lines that were sent are found in the file")
    func origin() throws {
        let origin = LineOrigin()
        for line in [2, 3, 6, 7, 8, 20] { origin.note(line: line) }
        try origin.note(fault: "broken")
        #expect((1...7).map { origin.line(ofSent: $0) } == [2, 3, 6, 7, 8, 20, 21])
        #expect(origin.fault(ofSent: 6) == "broken" && origin.fault(ofSent: 5) == nil)
        #expect(LineOrigin().line(ofSent: 9) == 9)
    }
}
