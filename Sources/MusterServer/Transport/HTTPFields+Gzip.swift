import HTTPTypes
import TextBytes

extension HTTPFields {
    /// Whether their sender takes answers in gzip, and no less gladly than plain ones (RFC 9110 section 12.5.3).
    ///
    /// Who says nothing gets plain ones, and so does who says it in another form than the standard's.
    var takesGzip: Bool {
        var gzip: Int?
        var plain: Int?
        var others: Int?
        for line in self[values: .acceptEncoding] {
            for member in line.utf8.split(separator: UInt8(ascii: ",")) {
                let parts = member.split(
                    separator: UInt8(ascii: ";"),
                    maxSplits: 1,
                    omittingEmptySubsequences: false
                )
                let name = parts[0].trimmingBlanks
                // An empty member of a list is none (RFC 9110 section 5.6.1.2).
                if name.isEmpty, parts.count == 1 { continue }
                guard !name.isEmpty, let weight = HTTPFields.weight(parts.dropFirst().first) else {
                    return false
                }
                // The older name means the same (RFC 9110 section 8.4.1.3); of two weights the lower one counts.
                if name.isEqual(to: "gzip") || name.isEqual(to: "x-gzip") {
                    gzip = Swift.min(gzip ?? weight, weight)
                } else if name.isEqual(to: "identity") {
                    plain = weight
                } else if name.isEqual(to: "*") {
                    others = weight
                }
            }
        }
        let wanted = gzip ?? others ?? 0
        return wanted > 0 && wanted >= plain ?? 0
    }

    /// A weight in thousandths, 1000 if there is none; nil for what is no weight (RFC 9110 section 12.4.2).
    private static func weight(_ parameter: Substring.UTF8View?) -> Int? {
        guard let parameter else { return 1000 }
        let text = Array(parameter.trimmingBlanks)
        guard text.count >= 3, text[0].asciiLowercased == UInt8(ascii: "q"),
            text[1] == UInt8(ascii: "="), let first = digit(text[2]), first <= 1
        else { return nil }
        var (weight, unit) = (first * 1000, 100)
        guard text.count > 3 else { return weight }
        guard text[3] == UInt8(ascii: "."), text.count <= 7 else { return nil }
        for byte in text[4...] {
            guard let digit = digit(byte) else { return nil }
            weight += digit * unit
            unit /= 10
        }
        return weight <= 1000 ? weight : nil
    }

    private static func digit(_ byte: UInt8) -> Int? {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) ? Int(byte) - 0x30 : nil
    }
}
