"""An authenticator in software that asks who is there and signs by each algorithm, and what WebAuthn writes as JSON."""

import hashlib
import json
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from struct import pack

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from fido2 import cbor
from fido2.cose import ES256, RS256, EdDSA

ALGORITHMS = {"es256": -7, "eddsa": -8, "rs256": -257}
PRESENT, VERIFIED, ELIGIBLE, BACKED_UP, KEY = 0x01, 0x04, 0x08, 0x10, 0x40


def encoded(data):
    """Base64url without padding."""
    return urlsafe_b64encode(data).decode().rstrip("=")


def decoded(text):
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def digest(data):
    return hashlib.sha256(data).digest()


def client_data(kind, challenge, origin, **more):
    """What a browser puts together; `challenge` as it stands in the options."""
    return json.dumps({"type": kind, "challenge": challenge, "origin": origin, "crossOrigin": False} | more).encode()


class Device:
    """One key of one algorithm, for one site and user."""

    def __init__(self, algorithm):
        self.algorithm, self.id, self.counter = algorithm, os.urandom(32), 0
        self.flags = PRESENT | VERIFIED
        self.user_handle = None
        if algorithm == "es256":
            self.private = ec.generate_private_key(ec.SECP256R1())
            self.cose = ES256.from_cryptography_key(self.private.public_key())
        elif algorithm == "eddsa":
            self.private = ed25519.Ed25519PrivateKey.generate()
            self.cose = EdDSA.from_cryptography_key(self.private.public_key())
        else:
            self.private = rsa.generate_private_key(65537, 2048)
            self.cose = RS256.from_cryptography_key(self.private.public_key())

    def sign(self, message):
        if self.algorithm == "es256":
            return self.private.sign(message, ec.ECDSA(hashes.SHA256()))
        if self.algorithm == "eddsa":
            return self.private.sign(message)
        return self.private.sign(message, padding.PKCS1v15(), hashes.SHA256())

    def head(self, site, more=0):
        return digest(site.encode()) + pack(">BI", self.flags | more, self.counter)

    def attested(self):
        """The key and its identifier, as they stand after the head of a registration."""
        return bytes(16) + pack(">H", len(self.id)) + self.id + cbor.encode(dict(self.cose))

    def create(self, options, origin, data=None, frame=None):
        """A registration; `data` in place of the authenticator's data, `frame` in place of the browser's."""
        self.user_handle = options["user"]["id"]
        data = data or self.head(options["rp"]["id"], KEY) + self.attested()
        frame = frame or client_data("webauthn.create", options["challenge"], origin)
        statement = cbor.encode({"fmt": "none", "attStmt": {}, "authData": data})
        return self.credential(clientDataJSON=encoded(frame), attestationObject=encoded(statement))

    def get(self, options, origin, data=None, frame=None):
        """A signature for a login, over `data` and `frame` where they are given."""
        self.counter += 1
        data = data or self.head(options["rpId"])
        frame = frame or client_data("webauthn.get", options["challenge"], origin)
        return self.credential(
            clientDataJSON=encoded(frame),
            authenticatorData=encoded(data),
            signature=encoded(self.sign(data + digest(frame))),
            userHandle=self.user_handle,
        )

    def credential(self, **response):
        number = encoded(self.id)
        return {
            "id": number,
            "rawId": number,
            "type": "public-key",
            "clientExtensionResults": {},
            "response": response,
        }
