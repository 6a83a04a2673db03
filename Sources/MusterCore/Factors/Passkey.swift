/// What is kept of a passkey.
public struct Passkey: Sendable {
    /// The identifier of the key, unique among all users.
    public let credentialID: [UInt8]
    /// The public half, as the authenticator wrote it (a COSE key).
    public let publicKey: [UInt8]
    /// The model of the authenticator, 16 bytes; zeros where it does not say.
    public let model: [UInt8]
    /// How often the key was used, where it counts.
    public var counter: UInt32
    /// Whether it may be copied to other devices.
    public let isBackupEligible: Bool
    /// Whether it has been.
    public var isBackedUp: Bool
    /// The host for which it was made, and for which alone it signs; nil if that was not kept yet.
    public let site: String?

    /// Builds a passkey.
    public init(
        credentialID: [UInt8],
        publicKey: [UInt8],
        model: [UInt8],
        counter: UInt32,
        isBackupEligible: Bool,
        isBackedUp: Bool,
        site: String? = nil
    ) {
        self.credentialID = credentialID
        self.publicKey = publicKey
        self.model = model
        self.counter = counter
        self.isBackupEligible = isBackupEligible
        self.isBackedUp = isBackedUp
        self.site = site
    }
}
