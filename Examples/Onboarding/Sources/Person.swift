import ActiveLogicClient

/// Somebody who is to get an account: a line of the list.
struct Person {
    let username: String
    let name: String
    let mayRead: ActiveLogic.Permissions
    /// A line of a `.pub` file; nil if there is none.
    let publicKey: String?

    /// Reads a list: a line of titles, then `username,name,may read,public key` for each.
    ///
    /// - Throws: ``Misuse``, which names the line.
    static func list(_ text: String) throws(Misuse) -> [Person] {
        var people: [Person] = []
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        for (number, line) in lines.enumerated().dropFirst() where !line.isEmpty {
            guard let person = Person(line) else {
                throw Misuse(
                    "line \(number + 1) is not username,name,may read,public key: \(line.prefix(80))"
                )
            }
            people.append(person)
        }
        return people
    }

    private init?(_ line: Substring) {
        let fields = line.split(separator: ",", omittingEmptySubsequences: false)
        guard fields.count == 4, !fields[0].isEmpty else { return nil }
        username = String(fields[0])
        name = String(fields[1])
        publicKey = fields[3].isEmpty ? nil : String(fields[3])
        var mayRead: ActiveLogic.Permissions = []
        for word in fields[2].split(separator: " ") {
            guard let permission = ActiveLogic.Permissions(name: String(word)) else { return nil }
            mayRead.formUnion(permission)
        }
        self.mayRead = mayRead
    }
}

/// What whoever runs the program has to do otherwise.
struct Misuse: Error {
    let message: String

    init(_ message: String) {
        self.message = message
    }
}
