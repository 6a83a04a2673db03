/// What a request says of the device that the person is at, for the audit log (RFC 2865 sections 5.4, 5.6, 5.32 and 5.41).
///
/// It is the word of whoever asks, and nothing is decided by it.
public struct RadiusDevice: Sendable {
    /// Its name (`NAS-Identifier`).
    public var name: String?
    /// Its address (`NAS-IP-Address`, `NAS-IPv6-Address`).
    public var address: String?
    /// By what kind of port the person comes (`NAS-Port-Type`).
    public var portType: String?
    /// What is asked for (`Service-Type`).
    public var service: String?

    /// Says nothing of a device yet.
    public init() {}

    /// What is told of it, but for an address that is told as the person's.
    func fields(besides address: IPAddress?) -> [AuditField] {
        let own = self.address.flatMap { IPAddress(reported: $0) }
        let parts = [
            ("nas", name), ("nas_address", own == address ? nil : own?.description),
            ("port_type", portType), ("service_type", service),
        ]
        return parts.compactMap { name, text in
            text.flatMap { RadiusRequest.isPlain($0) ? AuditField(name, $0) : nil }
        }
    }
}
