import Testing
import WireJSON

@testable import MusterCommands

@Suite("Lists and records, in each format")
struct OutputTests {
    private let jane = JSONObject([("id", .integer(10)), ("name", .string("Jane, \"J\""))])
    private let bob = JSONObject([("id", .integer(11)), ("name", .null), ("new", .bool(true))])

    private func options(_ format: OutputFormat, isQuiet: Bool = false) -> OutputOptions {
        var options = OutputOptions()
        (options.format, options.quiet, options.time) = (format, isQuiet, nil)
        return options
    }

    private func list(
        _ format: OutputFormat,
        isQuiet: Bool = false,
        _ pages: [[JSONObject]]
    ) throws -> String {
        let recorder = Recorder()
        var list = options(format, isQuiet: isQuiet).list(.sample, on: recorder.console)
        for page in pages { try list.append(page) }
        try list.finish()
        return recorder.text
    }

    @Test("a table has a heading once, however many pages there are")
    func table() throws {
        let text = "ID  NAME\n10  Jane, \"J\"\n11\n"
        #expect(try list(.table, [[jane], [bob]]) == text)
        #expect(try list(.table, [[jane, bob]]) == text)
    }

    @Test("JSON is one array, a record a line, with fields that this program does not know")
    func json() throws {
        let text = try list(.json, [[jane], [bob]])
        #expect(
            text
                == "[\n{\"id\":10,\"name\":\"Jane, \\\"J\\\"\"},\n{\"id\":11,\"name\":null,\"new\":true}\n]\n"
        )
        #expect(try JSONValue(parsing: text.utf8) == .array([.object(jane), .object(bob)]))
    }

    @Test("CSV has the fields' names above it, and quotes where they are needed")
    func csv() throws {
        #expect(try list(.csv, [[jane], [bob]]) == "id,name\n10,\"Jane, \"\"J\"\"\"\n11,\n")
    }

    @Test("quiet is ids, in every format", arguments: OutputFormat.allCases)
    func quiet(_ format: OutputFormat) throws {
        #expect(try list(format, isQuiet: true, [[jane], [bob]]) == "10\n11\n")
    }

    @Test(
        "an empty list is empty JSON, a line of CSV, and nothing in a table",
        arguments: [
            (OutputFormat.table, ""), (.json, "[]\n"), (.csv, "id,name\n"),
        ]
    )
    func empty(_ format: OutputFormat, _ text: String) throws {
        #expect(try list(format, []) == text)
        #expect(try list(format, [[]]) == text)
        #expect(try list(format, isQuiet: true, []).isEmpty)
    }

    @Test("a list without an end is a record a line in JSON")
    func endless() throws {
        let recorder = Recorder()
        var list = options(.json).stream(.sample, on: recorder.console)
        try list.append([jane])
        try list.append([bob])
        #expect(recorder.text.split(separator: "\n").count == 2)
        #expect(recorder.text.hasPrefix("{\"id\":10"))
    }

    @Test("one record is lines of names and values, without those that are empty")
    func show() throws {
        let recorder = Recorder()
        try options(.table).show(bob, .sample, on: recorder.console)
        #expect(recorder.text == "Id  11\n")
    }

    @Test("what was done is a sentence for people and the record for programs")
    func done() throws {
        for (format, text) in [
            (OutputFormat.table, "Added it.\n"),
            (.json, "{\n  \"id\": 10,\n  \"name\": \"x\"\n}\n"),
            (.csv, "id,name\n10,x\n"),
        ] {
            let recorder = Recorder()
            let record = JSONObject([("id", .integer(10)), ("name", .string("x"))])
            try options(format).done("Added it.", record, .sample, on: recorder.console)
            #expect(recorder.text == text)
        }
    }

    @Test(
        "a cell of CSV is quoted where it would not be read back otherwise",
        arguments: [
            ("plain", "plain"), ("", ""), ("a,b", "\"a,b\""), ("a\"b", "\"a\"\"b\""),
            ("a\nb", "\"a\nb\""), ("a\rb", "\"a\rb\""), (" a", "\" a\""), ("a ", "\"a \""),
            ("\"", "\"\"\"\""), ("é;|'", "é;|'"), ("\r\n", "\"\r\n\""),
        ]
    )
    func cells(_ cell: String, _ written: String) {
        #expect(CSVText.line([cell, "x"]) == written + ",x\n")
    }
}
