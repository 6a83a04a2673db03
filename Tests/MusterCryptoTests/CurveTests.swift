import MusterCore
import MusterCrypto
import Testing

@Suite("Elliptic curves")
struct CurveTests {
    /// The base points of FIPS 186-4 appendix D.1.2.
    static let basePoints: [(SSHCurve, String)] = [
        (
            .p256,
            "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"
                + "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5"
        ),
        (
            .p384,
            "aa87ca22be8b05378eb1c71ef320ad746e1d3b628ba79b9859f741e082542a385502f25dbf55296c3a545e38"
                + "72760ab73617de4a96262c6f5d9e98bf9292dc29f8f41dbd289a147ce9da3113b5f0b8c00a60b1ce1d7e"
                + "819d7a431d7c90ea0e5f"
        ),
        (
            .p521,
            "00c6858e06b70404e9cd9e3ecb662395b4429c648139053fb521f828af606b4d3dbaa14b5e77efe75928fe1d"
                + "c127a2ffa8de3348b3c1856a429bf97e7e31c2e5bd66011839296a789a3bc0045c8a5fb42c7d1bd998f5"
                + "4449579b446817afbd17273e662c97ee72995ef42640c550b9013fad0761353c7086a272c24088be9476"
                + "9fd16650"
        ),
    ]

    private func bytes(_ hex: String) -> [UInt8] {
        let digits = Array(hex.utf8)
        return stride(from: 0, to: digits.count, by: 2).compactMap {
            UInt8(String(decoding: digits[$0...$0 + 1], as: UTF8.self), radix: 16)
        }
    }

    @Test("the base point lies on its curve, and nothing near it does", arguments: basePoints)
    func points(_ curve: SSHCurve, _ hex: String) {
        let curves = SystemCurves()
        let point = [4] + bytes(hex)
        #expect(point.count == curve.pointLength)
        #expect(curves.isPoint(point, on: curve))
        for index in point.indices {
            var altered = point
            altered[index] ^= 1
            #expect(!curves.isPoint(altered, on: curve), "byte \(index)")
        }
        #expect(!curves.isPoint(Array(point.dropLast()), on: curve))
        #expect(!curves.isPoint(point + [0], on: curve))
        #expect(!curves.isPoint([], on: curve) && !curves.isPoint([0], on: curve))
        #expect(!curves.isPoint([4] + [UInt8](repeating: 0, count: point.count - 1), on: curve))
    }
}
