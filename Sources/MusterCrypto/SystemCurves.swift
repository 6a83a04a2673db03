import Crypto
public import MusterCore

/// Knows the NIST curves, through swift-crypto.
public struct SystemCurves: CurveChecker {
    /// There is one.
    public init() {}

    /// Whether an uncompressed point lies on a curve.
    ///
    /// The library reads no point that does not.
    public func isPoint(_ bytes: [UInt8], on curve: SSHCurve) -> Bool {
        switch curve {
        case .p256: (try? P256.Signing.PublicKey(x963Representation: bytes)) != nil
        case .p384: (try? P384.Signing.PublicKey(x963Representation: bytes)) != nil
        case .p521: (try? P521.Signing.PublicKey(x963Representation: bytes)) != nil
        }
    }
}
