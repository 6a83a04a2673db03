import ActiveLogicAPI
public import FoundationEssentials

/// A user's public SSH key.
///
/// Two are equal when name and key are, whatever else the server has told.
public struct UserPubKey: Sendable {
    /// The login name of the user who has the key, as it was when the server answered.
    public var username: String
    /// The key in base64, without kind and comment.
    public var key: String
    /// The kind, such as `ssh-ed25519`; nil if the server does not tell.
    public let type: String?
    /// The fingerprint as `ssh-keygen -l` shows it; nil if the server does not tell.
    public let fingerprint: String?
    /// When the key was added; nil if the server does not tell.
    public let addedAt: Date?

    /// Makes a value.
    ///
    /// - Parameters:
    ///   - username: The login name.
    ///   - key: The key in base64.
    public init(username: String, key: String) {
        self.username = username
        self.key = key
        type = nil
        fingerprint = nil
        addedAt = nil
    }

    init(_ record: KeyRecord) {
        username = record.username
        key = record.key
        type = record.type.isEmpty ? nil : record.type
        fingerprint = record.fingerprint.isEmpty ? nil : record.fingerprint
        addedAt =
            record.addedAt == 0
            ? nil : Date(timeIntervalSince1970: Double(record.addedAt) / 1_000)
    }
}

extension UserPubKey: Hashable {
    /// Whether name and key are the same.
    public static func == (left: UserPubKey, right: UserPubKey) -> Bool {
        left.username == right.username && left.key == right.key
    }

    /// Hashes name and key.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(username)
        hasher.combine(key)
    }
}
