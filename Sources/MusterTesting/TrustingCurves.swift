public import MusterCore

/// Takes every point for one on its curve, for tests of everything else about public keys.
public struct TrustingCurves: CurveChecker {
    private let isPoint: Bool

    /// Makes a checker that always gives the same answer.
    public init(isPoint: Bool = true) {
        self.isPoint = isPoint
    }

    /// Whether the checker takes points.
    public func isPoint(_ bytes: [UInt8], on curve: SSHCurve) -> Bool {
        isPoint
    }
}
