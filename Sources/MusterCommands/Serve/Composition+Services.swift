import Logging
import MusterCore
import MusterServer

extension Composition {
    /// Tells which attributes devices may never get.
    func warnOfAttributes() {
        let unknown = settings.radius?.unknownAttributes ?? []
        guard !unknown.isEmpty else { return }
        logger.warning(
            "attributes that are not known in radius.attributesFile",
            metadata: ["names": "\(unknown.joined(separator: ", "))"]
        )
    }

    /// What tells metrics; nil if nothing does.
    func metricsService(
        _ directory: Directory,
        of application: MusterApplication
    ) throws -> MetricsApplication? {
        guard let (host, port) = settings.metrics else { return nil }
        let address = try ListenAddress(host: host, port: port)
        return MetricsApplication(
            directory,
            of: application,
            host: address.host,
            port: port,
            process: ProcessFigures.now,
            logger: logger
        ) { [logger] port in
            logger.info("metrics", metadata: ["url": "http://\(address.shown):\(port)/metrics"])
        }
    }

    /// The certificates that are shown, as they are at this moment.
    ///
    /// - Throws: ``MusterError`` with code `setting.invalid`.
    func certificates() throws(MusterError) -> [CertificateWatch.Certificate] {
        var shown: [CertificateWatch.Certificate] = []
        for files in settings.certificates {
            // Taken first: what changes while the server starts is read again.
            let stamp = files.stamp
            shown.append(CertificateWatch.Certificate(files, stamp, try files.keeper()))
        }
        return shown
    }

    /// Refuses numbers of users and groups that begin elsewhere than those which machines were told already.
    ///
    /// - Throws: ``MusterError`` with code `setting.invalid` or `store.unavailable`.
    func keepNumbers(of opened: StoreFactory.Opened) async throws(MusterError) {
        guard let wanted = settings.ldap?.numbers else { return }
        let kept = try await opened.keepNumbers(wanted)
        guard let difference = LDAPListener.difference(of: wanted, from: kept) else { return }
        throw MusterError(.settingInvalid, difference)
    }

    /// What speaks LDAP; nil if nothing does.
    func ldapService(
        _ directory: Directory,
        beside application: MusterApplication,
        _ keeper: CertificateKeeper?
    ) throws -> LDAPApplication? {
        guard let ldap = settings.ldap else { return nil }
        return try LDAPApplication(
            directory,
            ldap.settings,
            beside: application,
            listeners: ldap.listeners(),
            tls: keeper,
            logger: logger
        ) { [logger] listener, port in
            logger.info("ldap", metadata: ["url": "\(listener.url(port: port))"])
        }
    }

    /// What answers programs on this machine; nil if nothing does.
    func localService(_ directory: Directory) throws(MusterError) -> LocalService? {
        guard let socket = settings.localSocket else { return nil }
        return try LocalService(
            directory,
            socket: socket,
            connections: descriptors?.localConnections ?? FileDescriptors.mostLocal,
            logger: logger
        )
    }

    /// The limits that were set, with as many connections as there are descriptors for, and says so.
    func limits() -> RequestLimits {
        var limits = settings.limits
        guard let descriptors else { return limits }
        limits.connections = descriptors.connections
        logger.info(
            "descriptors",
            metadata: [
                "limit": "\(descriptors.limit)", "connections": "\(descriptors.connections)",
                "local_connections": "\(descriptors.localConnections)",
            ]
        )
        if descriptors.isShort {
            logger.warning(
                "fewer connections than http.limits.connections",
                metadata: ["wanted": "\(descriptors.wanted)", "advice": "\(descriptors.advice)"]
            )
        }
        return limits
    }
}

extension [CertificateWatch.Certificate] {
    /// What shows the certificate of some files; nil if there are none.
    func keeper(of files: TLSFiles?) -> CertificateKeeper? {
        files.flatMap { files in first { $0.files == files }?.keeper }
    }
}
