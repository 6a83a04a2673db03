import Logging
import MusterCore
import MusterCrypto
import MusterServer
import ServiceLifecycle
import UnixSignals

/// The one place where the program is put together.
struct Composition {
    /// The time that requests in flight are given when the server stops.
    static let shutdownTime = Duration.seconds(10)

    let settings: Settings
    /// How many connections there may be; nil for a command, which has one.
    var descriptors: FileDescriptors?
    /// A socket that a service manager handed over, which is served in place of the address that was set.
    var passedSocket: PassedSocket?
    /// Who started the process and wants to know how it fares; nil if nobody does.
    var manager: ServiceManager?
    /// The settings as the console shows them.
    var shown: [ConsoleTools.Setting] = []
    let logger: Logger

    /// Opens what takes messages to people.
    ///
    /// - Throws: ``MusterError`` with code `setting.invalid`.
    func post(_ key: MasterKey) throws(MusterError) -> MessagePost {
        try MessagePost(settings, key, logger: logger)
    }

    /// Builds the directory on an open store.
    ///
    /// - Throws: ``MusterError`` with code `directory.missing`, `setting.invalid`, `store.unavailable` or
    ///   `server.overloaded`.
    func directory(
        _ opened: StoreFactory.Opened,
        _ key: MasterKey,
        _ post: MessagePost
    ) async throws(MusterError) -> Directory {
        // A copy beside the node, which may be about to be filled, answers nothing yet.
        let identity = try await opened.origin.read(.unbounded) { reader throws(MusterError) in
            try reader.identity()
        }
        guard let identity else {
            throw MusterError(
                .directoryMissing,
                "The database has no directory in it. Restore a backup."
            )
        }
        let clock = SystemClock()
        let random = SystemRandom()
        return Directory(
            store: opened.store,
            spools: opened.spools,
            clock: clock,
            random: random,
            digester: SystemDigester(key),
            curves: SystemCurves(),
            cryptography: SystemFactorCryptography(),
            hasher: PatientHasher(
                try HashingThreads(
                    settings.argon2,
                    threads: settings.hashingThreads,
                    queueLimit: settings.hashingQueue + settings.hashingThreads,
                    importLimit: settings.importLimit,
                    weakForms: settings.weakForms
                )
            ),
            codeSender: post.routes,
            rules: settings.rules,
            identity: identity
        )
    }

    /// Serves a directory until a signal says stop.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable` where the address cannot be listened on.
    func serve(_ directory: Directory, _ post: MessagePost) async throws {
        let limits = limits()
        // Taken first: what changes while the server starts is read again.
        let certificates = try certificates()
        let address =
            try passedSocket.map { ListenAddress(taken: $0) }
            ?? ListenAddress(host: settings.host, port: settings.port)
        var configuration = ServerConfiguration(
            host: address.host,
            port: settings.port,
            passedSocket: passedSocket?.descriptor,
            tls: certificates.keeper(of: settings.tls),
            limits: limits,
            trustedProxies: settings.trustedProxies,
            forwardingField: settings.forwardingField,
            version: Version.text,
            giveMemoryBack: ProcessMemory.giveBackNow
        )
        if settings.logsAccess, settings.logLevel <= .info {
            configuration.accessLog = LogSink.standardError
        }
        configuration.servesConsole = settings.servesConsole
        configuration.consoleTools = .program(
            DataPaths(folder: settings.dataDirectory),
            settings.store,
            logger: logger
        )
        configuration.consoleTools?.settings = shown
        configuration.servesSCIM = settings.servesSCIM
        configuration.scim = settings.scim
        configuration.radius = settings.radius
        warnOfAttributes()
        configuration.countsRequests = settings.metrics != nil
        let scheme = settings.tls == nil ? "http" : "https"
        let manager = manager
        let application = MusterApplication(directory, configuration, logger: logger) { port in
            let url = "\(scheme)://\(address.shown):\(port)"
            logger.info("listening", metadata: ["url": "\(url)"])
            manager?.tell("READY=1\nSTATUS=Listening on \(url)")
            ProcessMemory.giveBackTheStartLater()
        }
        var services: [any Service] = [
            Janitor(directory, logger: logger), application,
            CertificateWatch(certificates: certificates, logger: logger),
        ]
        if let metrics = try metricsService(directory, of: application) {
            services.append(metrics)
        }
        let ldapKeeper = certificates.keeper(of: settings.ldap?.tls)
        if let ldap = try ldapService(directory, beside: application, ldapKeeper) {
            services.append(ldap)
        }
        services += post.services(directory, logger: logger)
        let local = try localService(directory)
        defer { local?.remove() }
        if let local { services.append(local) }
        // The last is told first of the end.
        if let manager { services.append(ServiceManagerWatch(manager: manager, logger: logger)) }
        var group = ServiceGroupConfiguration(
            services: services,
            gracefulShutdownSignals: [.sigterm, .sigint],
            logger: logger
        )
        group.maximumGracefulShutdownDuration = Composition.shutdownTime
        do {
            try await ServiceGroup(configuration: group).run()
        } catch {
            throw ListenFailure.translate(error, host: address.shown, port: settings.port)
        }
        logger.info("stopped")
    }
}
