import MusterSQL
import Testing

@Suite("Texts of statements")
struct StatementTextTests {
    @Test("a value can never become part of a statement")
    func parts() {
        let table: StatementText = "user"
        let text: StatementText = "SELECT id FROM \(table) WHERE id = ?"
        #expect(text.sql == "SELECT id FROM user WHERE id = ?")
        let parts = StatementText(joining: ["a = ?", "b = ?"], separator: " AND ")
        #expect(parts.sql == "a = ? AND b = ?")
    }

    @Test("literal names and numbers become part of a statement as they are written")
    func namesAndNumbers() {
        let text: StatementText = "SELECT \(name: "id") FROM ssh_key LIMIT \(number: 500)"
        #expect(text.sql == "SELECT id FROM ssh_key LIMIT 500")
    }

    @Test("texts of one length are told apart by what they say")
    func equality() {
        let texts: Set<StatementText> = ["SELECT 1", "SELECT 2", "SELECT 1"]
        #expect(texts.count == 2)
    }
}
