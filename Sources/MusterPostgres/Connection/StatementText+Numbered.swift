import MusterSQL

extension StatementText {
    /// The text with places `$1`, `$2` and so on
    /// (https://www.postgresql.org/docs/15/sql-prepare.html).
    var numbered: String {
        var text: [UInt8] = []
        var count = 0
        let bytes = Array(sql.utf8)
        for (place, byte) in bytes.enumerated() {
            guard byte == UInt8(ascii: "?") else {
                text.append(byte)
                continue
            }
            text.append(UInt8(ascii: "$"))
            let next = place + 1 < bytes.count ? bytes[place + 1] : 0
            guard !(UInt8(ascii: "1")...UInt8(ascii: "9")).contains(next) else { continue }
            count += 1
            text += String(count).utf8
        }
        return String(decoding: text, as: UTF8.self)
    }
}
