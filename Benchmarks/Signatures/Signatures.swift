import Crypto
import Dispatch

/// What swift-crypto alone does with ES256, for the measurements of passkeys in Benchmarks/peers.
///
/// Usage: `Signatures verify THREADS SECONDS` prints verifications a second, in the form that the other programs there have.
/// `Signatures sign` prints the public key in hexadecimal, as X9.63 writes points, and then for each line that comes in
/// hexadecimal the signature in DER.
@main
struct Signatures {
    static func main() throws {
        let words = CommandLine.arguments.dropFirst()
        let numbers = words.dropFirst().compactMap { Int($0) }
        switch (words.first, numbers.count) {
        case ("verify", 2) where numbers.allSatisfy { (1...256).contains($0) }:
            try verify(threads: numbers[0], seconds: numbers[1])
        case ("sign", 0):
            try sign()
        default:
            print("usage: Signatures verify THREADS SECONDS | Signatures sign")
        }
    }

    /// Verifies one signature again and again.
    ///
    /// What is signed is as long as with passkeys: 37 bytes of the authenticator and a digest.
    private static func verify(threads: Int, seconds: Int) throws {
        let key = P256.Signing.PrivateKey()
        let message = [UInt8](repeating: 7, count: 37 + 32)
        let signature = [UInt8](try key.signature(for: message).derRepresentation)
        let start = ContinuousClock.now
        let end = start + .seconds(seconds)
        let tally = Tally()
        DispatchQueue.concurrentPerform(iterations: threads) { _ in
            var count = 0
            while ContinuousClock.now < end {
                guard let given = try? P256.Signing.ECDSASignature(derRepresentation: signature),
                    key.publicKey.isValidSignature(given, for: message)
                else { fatalError("a right signature was refused") }
                count += 1
            }
            tally.add(count)
        }
        let took = (ContinuousClock.now - start) / .seconds(1)
        print("measured \((Double(tally.sum) / took * 10).rounded() / 10) 0 0 0")
    }

    private static func sign() throws {
        // The same key each time, so that one run can make passkeys and another one use them.
        let key = try P256.Signing.PrivateKey(rawRepresentation: [UInt8](repeating: 7, count: 32))
        print(text([UInt8](key.publicKey.x963Representation)))
        while let line = readLine() {
            guard let message = bytes(line) else { fatalError("no hexadecimal: \(line)") }
            print(text([UInt8](try key.signature(for: message).derRepresentation)))
        }
    }

    private static func text(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    private static func bytes(_ text: String) -> [UInt8]? {
        let digits = text.utf8.compactMap { Character(UnicodeScalar($0)).hexDigitValue }
        guard digits.count == text.utf8.count, digits.count.isMultiple(of: 2) else { return nil }
        return stride(from: 0, to: digits.count, by: 2).map {
            UInt8(digits[$0] << 4 | digits[$0 + 1])
        }
    }
}
