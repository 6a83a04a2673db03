/// The errors of the ActiveLogic API, by the names that its manual gives them.
public enum ErrorKind: String, CaseIterable, Sendable {
    /// The server refused the most recent command.
    case error = "PLDBError"
    /// The connection or the authorization failed.
    case ioError = "PLDBIOError"
    /// The session is over.
    case detached = "PLDBDetached"
    /// Another session has changed what this one has read.
    case newDataCommitted = "PLDBNewDataCommitted"
    /// One side lacks a capability that the other demands.
    case capabilityError = "PLDBCapabilityError"
    /// The server's version does not know the feature.
    case unsupportedInFirmware = "PLDBUnsupportedInFirmware"
    /// A value is not what it may be.
    case valueError = "ValueError"
    /// A value is of the wrong type.
    case typeError = "TypeError"
}
