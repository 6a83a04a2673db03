import Configuration
import FoundationEssentials
import MusterCore
import SystemCalls
import TextBytes
import WireJSON

/// The values of a JSON file of settings, by their dotted names.
struct SettingsFile {
    /// As settings are read.
    private(set) var values: [AbsoluteConfigKey: ConfigValue] = [:]
    /// As sentences quote them.
    private(set) var quotations: [String: String] = [:]

    private let path: String

    /// Reads a file.
    ///
    /// - Throws: ``MusterError`` with code `setting.invalid`, naming the file and what is wrong in it.
    init(contentsOf path: String) throws(MusterError) {
        self.path = path
        try read(SettingsFile.object(path), under: [])
        let known = Set(Setting.all.map(\.key))
        if let key = quotations.keys.sorted().first(where: { !known.contains($0) }) {
            throw MusterError(
                .settingInvalid,
                "There is no setting \(key), which \(path) names. See: muster config"
            )
        }
    }

    private static func object(_ path: String) throws(MusterError) -> JSONObject {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw MusterError(
                .settingInvalid,
                "\(path) is not there or cannot be read. It is named by --config or MUSTER_CONFIG."
            )
        }
        guard !ForeignText.isUTF16(data) else {
            throw MusterError(.settingInvalid, ForeignText.utf16(path))
        }
        let value: JSONValue
        do {
            value = try JSONValue(parsing: ForeignText.withoutMark(data))
        } catch {
            throw MusterError(
                .settingInvalid,
                "\(path) is not JSON: \(error.message), at byte \(error.offset)."
            )
        }
        guard case .object(let object) = value else {
            throw MusterError(.settingInvalid, "\(path) must hold a JSON object.")
        }
        return object
    }

    private mutating func read(
        _ object: JSONObject,
        under prefix: [String]
    ) throws(MusterError) {
        for (name, value) in object.members {
            let place = prefix + [name]
            if case .object(let inner) = value {
                try read(inner, under: place)
                continue
            }
            let key = place.joined(separator: ".")
            quotations[key] = JSONText.line(value).head(60)
            values[AbsoluteConfigKey(key.split(separator: ".").map(String.init))] =
                ConfigValue(try content(value), isSecret: false)
        }
    }

    private func content(_ value: JSONValue) throws(MusterError) -> ConfigContent {
        switch value {
        case .string(let text): return .string(text)
        case .bool(let flag): return .bool(flag)
        case .integer(let number): return .int(Int(number))
        case .number(let digits):
            if let number = Double(digits) { return .double(number) }
        case .array(let items):
            let texts = items.compactMap(\.text)
            // What is no list of texts is refused by whoever asks for one, with the setting's name.
            return texts.count == items.count ? .stringArray(texts) : .doubleArray([])
        case .null, .object: break
        }
        throw MusterError(
            .settingInvalid,
            "\(path) holds a value that no setting takes: a setting is a text, a whole number, true, "
                + "false or a list of texts. See: muster config"
        )
    }
}

extension JSONValue {
    fileprivate var text: String? {
        if case .string(let text) = self { text } else { nil }
    }
}
