import MusterCore
import MusterTesting
import Testing

@testable import MusterDelivery

@Suite("Mail messages")
struct MailMessageTests {
    private static let address = "a-rather-long-name-for-nobody@muster.example.com"

    private func message(
        from name: String = "Muster",
        subject: String = MessageTexts.subject,
        text: String = "one\ntwo"
    ) throws -> String {
        let bytes = MailMessage(
            from: try #require(MailAddress("muster@example.com")),
            fromName: name,
            to: try #require(MailAddress("jane@example.com")),
            subject: subject,
            text: text,
            id: String(repeating: "0a", count: 16),
            date: FixedClock.start
        ).bytes
        #expect(bytes.allSatisfy { $0 < 0x80 })
        let lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
        #expect(
            lines.dropLast().allSatisfy { $0.last == 0x0D && $0.count <= 79 && $0.first != 0x2E }
        )
        #expect(lines.last?.isEmpty == true && !bytes.contains(0))
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test("a message is what RFC 5322 asks for, with a Message-ID of the sender's domain")
    func whole() throws {
        #expect(
            try message().split(separator: "\r\n", omittingEmptySubsequences: false) == [
                "From: \"Muster\" <muster@example.com>", "To: <jane@example.com>",
                "Date: Thu, 1 Jan 2026 00:00:00 +0000",
                "Message-ID: <0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a@example.com>",
                "Subject: Your Muster verification code", "MIME-Version: 1.0",
                "Content-Type: text/plain; charset=utf-8",
                "Content-Transfer-Encoding: quoted-printable", "Auto-Submitted: auto-generated", "",
                "one", "two", "",
            ]
        )
    }

    @Test("names beyond ASCII are encoded words, others are quoted, long ones are folded")
    func names() throws {
        #expect(try message(from: "A \"B\" \\").hasPrefix("From: \"A \\\"B\\\" \\\\\" <muster@"))
        #expect(try message(from: "").hasPrefix("From: <muster@example.com>\r\n"))
        let folded = try message(from: String(repeating: "long ", count: 10))
        #expect(folded.hasPrefix("From: \"long long") && folded.contains("\"\r\n <muster@"))
        let encoded = try message(from: String(repeating: "B\u{FC}ro\u{1F600}", count: 12))
        #expect(encoded.hasPrefix("From: =?utf-8?Q?B=C3=BCro=F0=9F=98=80B"))
        #expect(encoded.contains("?=\r\n =?utf-8?Q?"))
    }

    @Test("whatever a text holds, lines are short, end in CRLF and begin with no full stop")
    func hostile() throws {
        let texts = [
            ".\n..\n.x", String(repeating: ".", count: 300), String(repeating: "=", count: 300),
            "blank \ntab\t\n \n", "\r\n.\r\nMAIL FROM:<eve@example.com>", "\u{0}\u{8}\u{7F}",
            String(repeating: "\u{1F600}", count: 100), String(repeating: "a", count: 74) + ".b",
            String(repeating: "a", count: 75) + ".b", "", "\n\n",
        ]
        for text in texts {
            let whole = try message(text: text)
            let body = whole.components(after: "\r\n\r\n")
            #expect(
                Decoded.quotedPrintable(body) == Array(text.utf8) + [0x0A],
                "\(text.debugDescription)"
            )
        }
    }
}

extension String {
    fileprivate func components(after mark: String) -> [UInt8] {
        let (bytes, end) = (Array(utf8), Array(mark.utf8))
        let place = bytes.indices.first { bytes[$0...].starts(with: end) } ?? bytes.endIndex
        return Array(bytes[min(place + end.count, bytes.endIndex)...])
    }
}

/// The other direction, written after RFC 2045 section 6.7 for tests alone.
private enum Decoded {
    static func quotedPrintable(_ bytes: [UInt8]) -> [UInt8] {
        var (output, index) = ([UInt8](), 0)
        while index < bytes.count {
            let rest = bytes[index...]
            if rest.starts(with: "=\r\n".utf8) {
                index += 3
            } else if rest.starts(with: "\r\n".utf8) {
                output.append(0x0A)
                index += 2
            } else if bytes[index] == UInt8(ascii: "="), rest.count > 2 {
                let digits = String(decoding: bytes[(index + 1)...(index + 2)], as: UTF8.self)
                output.append(UInt8(digits, radix: 16) ?? 0)
                index += 3
            } else {
                output.append(bytes[index])
                index += 1
            }
        }
        return output
    }
}
