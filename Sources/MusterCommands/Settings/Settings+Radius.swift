import FoundationEssentials
import MusterCore
import MusterServer
import WireJSON

extension Settings {
    /// The most bytes of the file with rules, and the most rules in it.
    private static let mostRuleBytes = 262_144
    private static let mostRules = 1_000

    /// How RADIUS servers are answered; nil if they are not.
    ///
    /// - Throws: ``MusterError`` with code `setting.invalid`, naming the key.
    static func radius(_ reader: SettingsReader) throws(MusterError) -> RadiusSettings? {
        let isOn = try choice("radius.enabled", reader, else: Truth.false) == .true
        let hosts = try choice("radius.hosts", reader, else: RadiusSettings.Hosts.calling)
        let rules = try radiusRules(reader)
        return isOn ? RadiusSettings(hosts: hosts, rules: rules) : nil
    }

    private static func radiusRules(
        _ reader: SettingsReader
    ) throws(MusterError) -> [RadiusRule] {
        let key = "radius.attributesFile"
        guard let path = try reader.readableFile(key) else { return [] }
        let data = FileManager.default.contents(atPath: path) ?? Data()
        func refuse(_ rule: String) -> MusterError {
            reader.invalid(key, "names a file that is refused: \(path): \(rule)", isQuoted: true)
        }
        guard data.count <= mostRuleBytes else {
            throw refuse("it has more than \(mostRuleBytes) bytes")
        }
        let value: JSONValue
        do {
            value = try JSONValue(parsing: ForeignText.withoutMark(data))
        } catch {
            throw refuse("it is not JSON: \(error.message), at byte \(error.offset)")
        }
        guard case .array(let items) = value, items.count <= mostRules else {
            throw refuse("it must hold an array of at most \(mostRules) rules")
        }
        var rules: [RadiusRule] = []
        for (number, item) in items.enumerated() {
            do {
                rules.append(try RadiusRule(item))
            } catch {
                throw refuse("rule \(number + 1) \(error.text)")
            }
        }
        return rules
    }
}
