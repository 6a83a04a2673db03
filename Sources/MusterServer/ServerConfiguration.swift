public import MusterCore

/// What the HTTP server needs to know beside the directory.
public struct ServerConfiguration: Sendable {
    /// The host to listen on.
    public var host: String
    /// The port to listen on; 0 takes any that is free.
    public var port: Int
    /// A socket that listens already, which is taken over in place of host and port; nil opens one.
    public var passedSocket: CInt?
    /// The certificate and key; nil speaks plain HTTP.
    public var tls: CertificateKeeper?
    /// Whether answers leave over TLS, which is what cookies ask.
    var isTLS: Bool
    /// How much a caller may ask.
    public var limits: RequestLimits
    /// The proxies whose word is taken for where a request came from.
    public var trustedProxies: AllowedNetworks
    /// Where they say it.
    public var forwardingField: ForwardingField
    /// Whether requests are counted, for metrics.
    public var countsRequests = false
    /// Where each request is a line; nil for nowhere.
    public var accessLog: (any AccessLog)?
    /// Whether browsers get the console.
    public var servesConsole = false
    /// What the console has from the program; nil if it does without.
    public var consoleTools: ConsoleTools?
    /// Whether SCIM is spoken.
    public var servesSCIM = false
    /// What it shows, and to whom.
    public var scim = SCIMSettings()
    /// How RADIUS servers are answered; nil if they are not.
    public var radius: RadiusSettings? = RadiusSettings()
    /// The dialects that are spoken.
    var dialects: [Dialect] {
        Dialect.all.filter { $0.root != SCIMRoutes.root || servesSCIM }
            + (servesConsole ? [.console] : [])
    }
    /// The program's version.
    public var version: String
    /// Gives memory that is free back to the system; called on a thread of its own when a crowd has gone.
    public var giveMemoryBack: @Sendable () -> Void

    /// Builds a configuration.
    public init(
        host: String,
        port: Int,
        passedSocket: CInt? = nil,
        tls: CertificateKeeper? = nil,
        limits: RequestLimits = RequestLimits(),
        trustedProxies: AllowedNetworks = AllowedNetworks(),
        forwardingField: ForwardingField = .xForwardedFor,
        version: String,
        giveMemoryBack: @escaping @Sendable () -> Void = {}
    ) {
        self.host = host
        self.port = port
        self.passedSocket = passedSocket
        self.tls = tls
        isTLS = tls != nil
        self.limits = limits
        self.trustedProxies = trustedProxies
        self.forwardingField = forwardingField
        self.version = version
        self.giveMemoryBack = giveMemoryBack
    }
}
