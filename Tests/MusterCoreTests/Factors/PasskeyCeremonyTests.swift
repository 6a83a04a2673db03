import MusterTesting
import Testing

@testable import MusterCore

@Suite("What a passkey's authenticator sends")
struct PasskeyCeremonyTests {
    private let ceremony = PasskeyCeremony(
        site: TestAuthenticator.site,
        digester: PlainDigester(),
        cryptography: PlainFactorCryptography()
    )
    private let challenge = [UInt8](0..<32)
    private var authenticator = TestAuthenticator()

    private func registered() throws -> Passkey {
        let key = try ceremony.newKey(
            in: authenticator.attestation(challenge),
            challenge: challenge
        )
        return Passkey(
            credentialID: key.credentialID,
            publicKey: key.publicKey,
            model: key.model,
            counter: key.counter,
            isBackupEligible: key.isBackupEligible,
            isBackedUp: key.isBackedUp
        )
    }

    private func use(
        _ passkey: Passkey,
        _ assertion: PasskeyAssertion,
        needsVerification: Bool = true
    ) throws(PasskeyFault) -> (passkey: Passkey, isVerified: Bool) {
        try ceremony.used(
            passkey,
            assertion,
            challenge: challenge,
            needsVerification: needsVerification
        )
    }

    private func fault(_ assertion: PasskeyAssertion, _ passkey: Passkey) -> PasskeyFault? {
        do {
            _ = try use(passkey, assertion)
            return nil
        } catch {
            return error
        }
    }

    private func fault(
        data: [UInt8],
        type: String = "webauthn.create"
    ) -> PasskeyFault? {
        let attestation = PasskeyAttestation(
            clientData: authenticator.clientData(type, challenge),
            object: TestAuthenticator.object(around: data)
        )
        do {
            _ = try ceremony.newKey(in: attestation, challenge: challenge)
            return nil
        } catch {
            return error
        }
    }

    @Test("a key that was made signs, and its counter is kept")
    mutating func rightWay() throws {
        let passkey = try registered()
        #expect(passkey.credentialID == authenticator.credentialID && !passkey.isBackupEligible)
        authenticator.counter = 7
        let (used, isVerified) = try use(passkey, authenticator.assertion(challenge))
        #expect(used.counter == 7 && isVerified)
    }

    @Test("a counter that does not grow is refused; 0 stays 0")
    mutating func counters() throws {
        var passkey = try registered()
        for counter in [UInt32(0), 0, 5] {
            authenticator.counter = counter
            passkey = try use(passkey, authenticator.assertion(challenge)).passkey
        }
        for counter in [UInt32(5), 4, 0] {
            authenticator.counter = counter
            #expect(fault(authenticator.assertion(challenge), passkey) == .counter)
        }
        authenticator.counter = .max
        #expect(fault(authenticator.assertion(challenge), passkey) == nil)
    }

    @Test(
        "another origin is refused, however alike",
        arguments: [
            "https://muster.example.com.evil", "https://muster.example.com:443",
            "https://muster.example.com/", "http://muster.example.com", "null", "",
            "HTTPS://muster.example.com", "https://example.com", "https://muster.example.com\u{0}",
        ]
    )
    mutating func origins(_ origin: String) throws {
        let passkey = try registered()
        authenticator.origin = origin
        #expect(fault(authenticator.assertion(challenge), passkey) == .origin)
        #expect(fault(data: authenticator.registrationData) == .origin)
    }

    @Test("a frame of another site, another challenge and another ceremony are refused")
    func clientData() throws {
        let passkey = try registered()
        let right = authenticator.assertion(challenge)
        let data = right.clientData
        func changed(
            type: String? = nil,
            challenge: [UInt8]? = nil,
            isCrossOrigin: Bool = false
        ) -> PasskeyAssertion {
            PasskeyAssertion(
                credentialID: right.credentialID,
                clientData: PasskeyClientData(
                    bytes: data.bytes,
                    type: type ?? data.type,
                    challenge: challenge ?? data.challenge,
                    origin: data.origin,
                    isCrossOrigin: isCrossOrigin
                ),
                authenticatorData: right.authenticatorData,
                signature: right.signature,
                userHandle: nil
            )
        }
        #expect(fault(changed(), passkey) == nil)
        #expect(fault(changed(type: "webauthn.create"), passkey) == .type)
        #expect(fault(changed(challenge: []), passkey) == .challenge)
        #expect(fault(changed(challenge: challenge.reversed()), passkey) == .challenge)
        #expect(fault(changed(isCrossOrigin: true), passkey) == .origin)
        #expect(fault(data: authenticator.registrationData, type: "webauthn.get") == .type)
    }

    @Test("a signature over anything else is refused")
    func signatures() throws {
        let passkey = try registered()
        let right = authenticator.assertion(challenge)
        let other = TestAuthenticator(9).assertion(challenge)
        for signature in [
            [], other.signature, Array(right.signature.dropLast()), right.signature + [0],
        ] {
            let spoilt = PasskeyAssertion(
                credentialID: right.credentialID,
                clientData: right.clientData,
                authenticatorData: right.authenticatorData,
                signature: signature,
                userHandle: nil
            )
            #expect(fault(spoilt, passkey) == .signature)
        }
    }

    @Test(
        "a signature that was checked under the key is not checked again, and under another key it is"
    )
    func checkedBefore() throws {
        let passkey = try registered()
        let right = authenticator.assertion(challenge)
        let checked = try ceremony.checked(right, by: passkey)
        let refusing = PasskeyCeremony(
            site: TestAuthenticator.site,
            digester: PlainDigester(),
            cryptography: NoSignatures()
        )
        func fault(_ assertion: PasskeyAssertion, _ passkey: Passkey) -> PasskeyFault? {
            do {
                _ = try refusing.used(
                    passkey,
                    assertion,
                    challenge: challenge,
                    needsVerification: true
                )
                return nil
            } catch {
                return error
            }
        }
        #expect(fault(right, passkey) == .signature)
        #expect(fault(checked, passkey) == nil)
        let replaced = Passkey(
            credentialID: passkey.credentialID,
            publicKey: TestAuthenticator(9).publicKey,
            model: passkey.model,
            counter: passkey.counter,
            isBackupEligible: passkey.isBackupEligible,
            isBackedUp: passkey.isBackedUp
        )
        #expect(fault(checked, replaced) == .signature)
        let wrong = try refusing.checked(right, by: passkey)
        #expect(self.fault(wrong, passkey) == .signature)
    }

    @Test("flags say who was there, and whether the key may be copied")
    mutating func flags() throws {
        let passkey = try registered()
        let cases: [(UInt8, PasskeyFault)] = [
            (0x00, .userPresence), (0x04, .userPresence), (0x01, .userVerification),
            (0x15, .authenticatorData), (0x0D, .backup), (0x1D, .backup),
        ]
        for (flags, expected) in cases {
            authenticator.flags = flags
            #expect(fault(authenticator.assertion(challenge), passkey) == expected)
        }
        authenticator.flags = 0x01
        let (_, isVerified) = try use(
            passkey,
            authenticator.assertion(challenge),
            needsVerification: false
        )
        #expect(!isVerified)
    }

    @Test("a synced key stays one, and is told from others")
    mutating func synced() throws {
        authenticator.flags = 0x0D
        let passkey = try registered()
        #expect(passkey.isBackupEligible && !passkey.isBackedUp)
        authenticator.flags = 0x1D
        #expect(try use(passkey, authenticator.assertion(challenge)).passkey.isBackedUp)
        authenticator.flags = 0x05
        #expect(fault(authenticator.assertion(challenge), passkey) == .backup)
    }

    @Test("the key of another site is refused")
    mutating func sites() throws {
        let passkey = try registered()
        authenticator.site = RelyingParty(origin: TestAuthenticator.site.origin, id: "example.com")
        #expect(fault(authenticator.assertion(challenge), passkey) == .relyingParty)
        #expect(fault(data: authenticator.registrationData) == .relyingParty)
    }

    @Test("data that are cut off anywhere, or have a byte too many, are refused")
    func truncated() throws {
        let data = authenticator.registrationData
        for count in 0..<data.count {
            #expect(fault(data: Array(data[..<count])) != nil, "\(count) bytes")
        }
        #expect(fault(data: data + [0]) == .authenticatorData)
        let passkey = try registered()
        let head = authenticator.head(0x05)
        for spoilt in [Array(head.dropLast()), head + [0], []] {
            let assertion = authenticator.assertion(challenge, data: spoilt)
            #expect(fault(assertion, passkey) == .authenticatorData)
        }
    }

    @Test(
        "flags that promise what is not there are refused, and extensions that are there are passed over"
    )
    func promises() {
        let tail = Array(authenticator.registrationData.dropFirst(37))
        #expect(fault(data: authenticator.head(0xC5) + tail) == .authenticatorData)
        #expect(fault(data: authenticator.head(0x45)) == .authenticatorData)
        #expect(fault(data: authenticator.head(0x05)) == .authenticatorData)
        let extensions: [UInt8] = [0xA1, 0x61, 0x61, 0xF5]
        #expect(fault(data: authenticator.head(0xC5) + tail + extensions) == nil)
        #expect(fault(data: authenticator.head(0xC5) + tail + [0xA0]) == .authenticatorData)
        #expect(fault(data: authenticator.head(0x45) + tail + extensions) == .authenticatorData)
    }

    @Test("a credential's identifier has 1 to 1023 bytes, as many as it says")
    mutating func identifiers() {
        for count in [1, 1023] {
            authenticator.credentialID = [UInt8](repeating: 1, count: count)
            #expect(fault(data: authenticator.registrationData) == nil)
        }
        for count in [0, 1024] {
            authenticator.credentialID = [UInt8](repeating: 1, count: count)
            #expect(fault(data: authenticator.registrationData) == .authenticatorData)
        }
    }

    /// COSE keys that are not taken, in hexadecimal; `X` stands for 32 bytes.
    private static let hostileKeys = [
        "a0", "a401022001215820X225820X", "a501022001032621 5820X225820X",
        "a501010326200121 5820X225820X", "a501020327200121 5820X225820X",
        "a501020326200221 5820X225820X", "a5010203262001215821X00225820X",
        "a5010203262001214000225820X", "a6010203262001215820X225820X2340",
        "a4010103272006215821X00", "a401010326200621 5820X", "a30101032721 5820X",
        "a401030339010020 5820X2143010001", "a3010303390100205820X",
    ]

    @Test(
        "keys of another kind, of wrong lengths or with other members are refused",
        arguments: hostileKeys
    )
    mutating func keys(_ text: String) throws {
        let point = String(repeating: "11", count: 32)
        let hex = text.filter { $0 != " " }.replacing("X", with: point)
        authenticator.publicKey = try #require(Hex.bytes(hex))
        let found = fault(data: authenticator.registrationData)
        #expect(found == .key || found == .authenticatorData)
    }

    @Test("RSA keys have 2048 to 4096 bits and an odd exponent from 3")
    mutating func rsaKeys() {
        func key(_ modulus: [UInt8], _ exponent: [UInt8]) -> [UInt8] {
            [
                0xA4, 1, 3, 3, 0x39, 1, 0, 0x20, 0x59, UInt8(modulus.count >> 8),
                UInt8(modulus.count & 255),
            ]
                + modulus + [0x21, 0x40 + UInt8(exponent.count)] + exponent
        }
        let modulus = [UInt8](repeating: 0xC1, count: 256)
        let odd: [UInt8] = [1, 0, 1]
        let cases: [([UInt8], [UInt8], Bool)] = [
            (modulus, odd, true), (modulus, [3], true),
            ([UInt8](repeating: 0xC1, count: 512), odd, true),
            (Array(modulus.dropLast()), odd, false),
            ([0] + modulus, odd, false), ([0x41] + modulus.dropFirst(), odd, false),
            (Array(modulus.dropLast()) + [0xC0], odd, false), (modulus, [1], false),
            (modulus, [0], false),
            (modulus, [2], false), (modulus, [0, 3], false), (modulus, [], false),
            (modulus, [1, 0, 0, 0, 1], false), ([UInt8](repeating: 0xC1, count: 513), odd, false),
        ]
        for (modulus, exponent, isRight) in cases {
            authenticator.publicKey = key(modulus, exponent)
            #expect((fault(data: authenticator.registrationData) == nil) == isRight)
        }
    }

    @Test("a point that is not on its curve is refused")
    mutating func curve() {
        let bytes = [UInt8](repeating: 0xFF, count: 32)
        authenticator.publicKey = TestAuthenticator.key(x: bytes, y: bytes)
        #expect(fault(data: authenticator.registrationData) == .key)
    }

    @Test("an attestation object that is none is refused")
    func objects() {
        let right = TestAuthenticator.object(around: authenticator.registrationData)
        let client = authenticator.clientData("webauthn.create", challenge)
        let tail = Array(right.dropFirst())
        let indefinite: [UInt8] = [0xBF] + tail + [0xFF]
        let larger: [UInt8] = [0xA4] + tail + [0x69] + Array("authData2".utf8) + [0xF6]
        let spoilt: [[UInt8]] = [
            [], [0xA0], Array(right.dropLast()), right + [0], indefinite, larger,
            [0x9B, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF],
            [UInt8](repeating: 0x81, count: 1000), [UInt8](repeating: 0xA1, count: 20_000),
        ]
        for object in spoilt {
            let attestation = PasskeyAttestation(clientData: client, object: object)
            #expect(throws: PasskeyFault.attestation) {
                try ceremony.newKey(in: attestation, challenge: challenge)
            }
        }
    }

    @Test("whatever byte is changed, nothing traps and no signature fits")
    func anyByte() throws {
        let passkey = try registered()
        let right = authenticator.assertion(challenge)
        for index in right.authenticatorData.indices {
            for flip in [UInt8(1), 0x80, 0xFF] {
                var data = right.authenticatorData
                data[index] ^= flip
                let assertion = PasskeyAssertion(
                    credentialID: right.credentialID,
                    clientData: right.clientData,
                    authenticatorData: data,
                    signature: right.signature,
                    userHandle: nil
                )
                #expect(fault(assertion, passkey) != nil)
            }
        }
        let random = SeededRandom(seed: 3)
        let data = authenticator.registrationData
        for _ in 0..<5000 {
            var spoilt = data
            for _ in 0..<3 {
                let place = random.bytes(3)
                spoilt[(Int(place[0]) << 8 | Int(place[1])) % spoilt.count] = place[2]
            }
            _ = fault(data: spoilt)
        }
    }
}

/// Takes no signature.
private struct NoSignatures: FactorCryptography {
    func hmacSHA1(of message: [UInt8], under key: [UInt8]) -> [UInt8] { [] }

    func isUsable(_ key: PasskeyPublicKey) -> Bool { true }

    func isSignature(_ signature: [UInt8], over message: [UInt8], by key: PasskeyPublicKey) -> Bool
    {
        false
    }
}
