import Configuration
import MusterCore

extension SettingsReader {
    /// Variables with our prefix that are no settings of the server.
    static let otherVariables = Destination.variables.union(["MUSTER_CONFIG"])

    static func providers(
        _ commandLine: [String: String],
        _ variables: [String: String],
        _ file: SettingsFile?
    ) -> [any ConfigProvider] {
        // The same text forms as in the environment, so that a value reads alike wherever it stands.
        let typed = Dictionary(
            uniqueKeysWithValues: Setting.all.compactMap { setting in
                commandLine[setting.key].map { (String(setting.variable.dropFirst(7)), $0) }
            }
        )
        let prefixed = Dictionary(
            uniqueKeysWithValues: variables.map { (String($0.key.dropFirst(7)), $0.value) }
        )
        var providers: [any ConfigProvider] = [
            EnvironmentVariablesProvider(environmentVariables: typed),
            EnvironmentVariablesProvider(environmentVariables: prefixed),
        ]
        if let file { providers.append(InMemoryProvider(name: "file", values: file.values)) }
        let fallbacks = Dictionary(
            uniqueKeysWithValues: Setting.all.compactMap { setting in
                setting.fallback.map { (String(setting.variable.dropFirst(7)), $0) }
            }
        )
        providers.append(EnvironmentVariablesProvider(environmentVariables: fallbacks))
        return providers
    }

    static func refuseUnknown(
        commandLine: [String: String],
        variables: [String: String]
    ) throws(MusterError) {
        let keys = Set(Setting.all.map(\.key))
        if let key = commandLine.keys.sorted().first(where: { !keys.contains($0) }) {
            throw MusterError(
                .settingInvalid,
                "There is no setting \(key). See: muster config"
            )
        }
        let known = Set(Setting.all.map(\.variable)).union(otherVariables)
        if let name = variables.keys.sorted().first(where: { !known.contains($0) }) {
            throw MusterError(
                .settingInvalid,
                "The environment variable \(name) is no setting. See: muster config"
            )
        }
    }
}
