import Foundation
import MusterCore
import Testing

@testable import MusterCrypto

#if canImport(Glibc)
// Elsewhere libsodium maps its memory itself.
@Suite("Memory kept for hashing")
struct HashingMemoryTests {
    private static let mebibyte = 1024 * 1024

    /// Runs on a thread of its own, as memory is kept by threads.
    private func onThread<Result: Sendable>(
        _ body: @escaping @Sendable () -> Result
    ) async -> Result {
        await withCheckedContinuation { continuation in
            Thread { continuation.resume(returning: body()) }.start()
        }
    }

    private func argon2(kibibytes: Int) throws -> Argon2id {
        try Argon2id(Argon2Parameters(kibibytes: kibibytes, iterations: 1))
    }

    @Test("a thread that keeps memory hashes in it, and has it until it is given back")
    func kept() async throws {
        let argon2 = try argon2(kibibytes: 4096)
        let held = await onThread { () -> [Int] in
            HashingMemory.keep(4 * Self.mebibyte)
            var held = [HashingMemory.held]
            for _ in 0..<2 {
                _ = argon2.hash(Secret("correct horse"))
                held.append(HashingMemory.held)
            }
            HashingMemory.giveBack()
            held.append(HashingMemory.held)
            _ = argon2.hash(Secret("correct horse"))
            held.append(HashingMemory.held)
            HashingMemory.giveBack()
            return held
        }
        let all = 4 * Self.mebibyte
        #expect(held == [0, all, all, 0, all])
    }

    @Test("what lies there from the last hash has no part in the next")
    func residue() async throws {
        let argon2 = try argon2(kibibytes: 2048)
        let smaller = try self.argon2(kibibytes: 1024)
        let fresh = await onThread { argon2.hash(Secret("correct horse")) }
        let hash = try #require(fresh)
        let checks = await onThread { () -> [PasswordCheck] in
            HashingMemory.keep(2 * Self.mebibyte)
            defer { HashingMemory.giveBack() }
            return (0..<50).flatMap { number -> [PasswordCheck] in
                let other = Secret("other \(number)")
                guard let otherHash = (number % 2 == 0 ? argon2 : smaller).hash(other) else {
                    return []
                }
                return [
                    argon2.check(Secret("correct horse"), against: hash),
                    argon2.check(other, against: hash),
                    smaller.check(other, against: otherHash),
                ]
            }
        }
        #expect(checks.count == 150)
        for (number, check) in checks.enumerated() {
            switch number % 3 {
            case 0: #expect(check == .right)
            case 1: #expect(check == .wrong)
            default: #expect(check == (number / 3 % 2 == 0 ? .rightButOutdated : .right))
            }
        }
    }

    @Test("a hash that needs more than is kept has memory of its own, and only that")
    func larger() async throws {
        let small = try argon2(kibibytes: 1024)
        let large = try argon2(kibibytes: 8192)
        let (held, checks) = await onThread { () -> ([Int], [PasswordCheck]) in
            HashingMemory.keep(Self.mebibyte)
            defer { HashingMemory.giveBack() }
            guard let first = small.hash(Secret("x")) else { return ([], []) }
            var held = [HashingMemory.held]
            guard let second = large.hash(Secret("x")) else { return ([], []) }
            held.append(HashingMemory.held)
            return (
                held,
                [
                    small.check(Secret("x"), against: first),
                    small.check(Secret("x"), against: second),
                ]
            )
        }
        #expect(held == [Self.mebibyte, 0])
        #expect(checks == [.right, .rightButOutdated])
    }

    @Test("a thread that keeps none, and everything else on one that does, is served by the system")
    func others() async throws {
        let argon2 = try argon2(kibibytes: 1024)
        let held = await onThread { () -> [Int] in
            _ = argon2.hash(Secret("x"))
            var held = [HashingMemory.held]
            HashingMemory.keep(4 * Self.mebibyte)
            let bytes = 4 * Self.mebibyte
            let mapping = mmap(
                nil,
                bytes,
                PROT_READ | PROT_WRITE,
                MAP_PRIVATE | MAP_ANONYMOUS,
                -1,
                0
            )
            held.append(HashingMemory.held)
            if let mapping, mapping != MAP_FAILED {
                memset(mapping, 1, bytes)
                held.append(Int(munmap(mapping, bytes)))
            }
            return held
        }
        #expect(held == [0, 0, 0])
    }
}
#endif
