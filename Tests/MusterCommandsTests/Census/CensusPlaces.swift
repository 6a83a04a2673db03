import ArgumentParser
import Foundation
import MusterCrypto
import MusterTesting
import TextBytes
import WireJSON

@testable import MusterAPI
@testable import MusterCommands
@testable import MusterCore
@testable import MusterSQLite
@testable import MusterServer

/// What stands in each place, found out from the code and the documents.
struct CensusPlaces {
    /// The names in each place.
    private(set) var names: [CensusPlace: Set<String>] = [:]

    init(_ test: TestDirectory, plain: User, full: User, columns: [String]) throws {
        names[.draft] = Set(Self.paths(of: UserDraft(full)))
        names[.changes] = Set(Mirror(reflecting: UserChanges()).children.compactMap(\.label))
        names[.audit] = Set(full.auditFields(changedFrom: plain).map(\.key))
        names[.body] = Set(UserBody.names.map(\.text))
        let view = NativeUserView(test.directory)
        let (before, after) = (
            try Self.members { view.record(plain).write(to: &$0) },
            try Self.members { view.record(full).write(to: &$0) }
        )
        // A member that is the same for both does not come from the user.
        names[.record] = Set(after.filter { before[$0.key] != $0.value }.keys)
        let exported = ExportedUser(user: full, groups: [], keys: [], password: nil)
        names[.export] = Set(try Self.members { ImportBody(exported).write(to: &$0) }.keys)
        names[.importFields] = Set(ImportBody.fields.map(\.name))
        names[.csv] = Set(CSVHeading.fieldNames)
        names[.columns] = Set(columns)
        let openAPI = try Self.file("docs/openapi.yaml")
        names[.openRecord] = Self.properties(of: "UserRecordFields", in: openAPI)
        names[.openNew] = Self.properties(of: "NewUserRecord", in: openAPI)
        names[.openChange] = Self.properties(of: "UserRecordChange", in: openAPI)
        let http = try Self.file("docs/http-api.md")
        let native = http.components(separatedBy: "## The native API").last ?? ""
        names[.httpDocument] = Self.quoted(in: native.components(separatedBy: "\n## ").first ?? "")
        names[.importDocument] = Self.quoted(in: try Self.file("docs/import.md"))
        names[.options] = Self.options(in: UsersAdd.helpMessage(columns: 500))
        names[.commandDocument] = Self.options(in: try Self.file("docs/cli.md"))
    }

    /// The fields of a value, with those of its parts.
    static func paths(of value: Any) -> [String] {
        values(of: value).map(\.path)
    }

    /// The fields of a value with what is in them, and those of its parts.
    static func values(of value: Any) -> [(path: String, text: String)] {
        Mirror(reflecting: value).children.flatMap { child -> [(path: String, text: String)] in
            guard let label = child.label else { return [] }
            switch child.value {
            case is Masks, is Authorizations, is SecondFactor, is LoginRecord:
                return values(of: child.value).map { ("\(label).\($0.path)", $0.text) }
            case let counts as FactorCounts:
                return values(of: counts).map { ("\(label).\($0.path)", $0.text) }
            default:
                return [(label, String(describing: child.value))]
            }
        }
    }

    /// The members of an object that is written, those of objects in it under both names.
    private static func members(
        _ write: (inout JSONWriter) -> Void
    ) throws -> [String: JSONValue] {
        var json = JSONWriter()
        write(&json)
        guard case .object(let object) = try JSONValue(parsing: json.bytes) else { return [:] }
        var members: [String: JSONValue] = [:]
        for (name, value) in object.members {
            guard case .object(let part) = value else {
                members[name] = value
                continue
            }
            for (inner, value) in part.members { members["\(name).\(inner)"] = value }
        }
        return members
    }

    private static func file(_ path: String) throws -> String {
        var folder = URL(filePath: #filePath)
        for _ in 1...4 { folder.deleteLastPathComponent() }
        return try String(contentsOf: folder.appending(path: path), encoding: .utf8)
    }

    /// The names of the properties of a schema.
    private static func properties(of schema: String, in text: String) -> Set<String> {
        let lines = text.components(separatedBy: "\n").drop { $0 != "    \(schema):" }.dropFirst()
        let own = lines.prefix { $0.isEmpty || $0.hasPrefix("     ") }
        let properties = own.drop { $0 != "      properties:" }.dropFirst()
        return Set(
            properties.compactMap { line in
                let indent = line.prefix { $0 == " " }.count
                guard indent == 8, let end = line.firstIndex(of: ":") else { return nil }
                return String(line[..<end].dropFirst(8))
            }
        )
    }

    /// The words between backticks.
    private static func quoted(in text: String) -> Set<String> {
        Set(
            text.components(separatedBy: "\n").flatMap { line in
                line.components(separatedBy: "`").enumerated().filter { $0.offset % 2 == 1 }
                    .map(\.element)
            }
        )
    }

    /// The options that a text names.
    private static func options(in text: String) -> Set<String> {
        Set(text.matches(of: /--[a-z][a-z-]*/).map { String($0.output) })
    }
}
