import MusterCore

@testable import MusterDelivery

/// Readers of what waits to be delivered, and of what is said of it.
enum LetterTargets {
    static func letters(_ bytes: [UInt8]) -> String? {
        if let letter = Letter(bytes: bytes) {
            _ = letter.isOpen(at: Timestamp(rawValue: 0))
            let written = letter.bytes
            guard Letter(bytes: written)?.bytes == written else {
                return "a letter is read from what is written of it"
            }
        }
        if let (name, tries) = MessageSpool.parts(String(decoding: bytes, as: UTF8.self)) {
            guard let again = MessageSpool.parts(MessageSpool.file(name, tries)),
                again.name.utf8.elementsEqual(name.utf8), again.tries == tries
            else { return "a file's name is read from its parts" }
        }
        let reply = ReplyText.safe(bytes)
        guard reply.utf8.count <= ReplyText.maximumBytes, !reply.utf8.contains(0x40),
            reply.utf8.allSatisfy({ (0x20...0x7E).contains($0) })
        else { return "a reply is short and plain, and tells no address" }
        let rows = reply.utf8.split { !(0x30...0x39).contains($0) }
        return rows.allSatisfy { $0.count <= 5 }
            ? nil : "a reply has no row of digits like a code's"
    }
}
