import MusterClient

extension MusterClient.Options {
    /// Options for tests: a server has all the time that a busy machine takes.
    static var patient: MusterClient.Options {
        var options = MusterClient.Options()
        options.timeout = .seconds(600)
        options.connectTimeout = .seconds(600)
        return options
    }
}
