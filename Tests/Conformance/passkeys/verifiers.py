"""Other programs that judge what an authenticator sent: py_webauthn, Yubico's fido2, and libfido2 by its own tool."""

import subprocess
from base64 import b64encode

import fido2.features
from cryptography.hazmat.primitives import serialization
from fido2 import cbor
from fido2.cose import CoseKey
from fido2.server import Fido2Server
from fido2.webauthn import AttestedCredentialData, PublicKeyCredentialRpEntity, UserVerificationRequirement
from webauthn import verify_authentication_response, verify_registration_response
from webauthn.helpers.structs import COSEAlgorithmIdentifier

from device import ALGORITHMS, decoded, digest

# Credentials as browsers write them, with bytes in base64url; from 2.0 on it takes no others.
if hasattr(fido2.features, "webauthn_json_mapping"):
    fido2.features.webauthn_json_mapping.enabled = True

KINDS = {number: name for name, number in ALGORITHMS.items()}


class Registered:
    """A key as a server keeps it, with the site that it is for; `counter` is what was seen last."""

    def __init__(self, site, origin, number, cose, counter=0):
        self.site, self.origin, self.id, self.cose, self.counter = site, origin, number, dict(cose), counter

    @property
    def cose_bytes(self):
        return cbor.encode(self.cose)


def _answers(check, *arguments, **named):
    """Whether a check takes something; it says no by whatever error."""
    try:
        return check(*arguments, **named) or True
    except Exception:
        return False


def _server(key):
    return Fido2Server(
        PublicKeyCredentialRpEntity(name="Muster", id=key.site), verify_origin=lambda origin: origin == key.origin
    )


def _state(challenge, is_alone):
    needed = UserVerificationRequirement.REQUIRED if is_alone else UserVerificationRequirement.PREFERRED
    return {"challenge": challenge, "user_verification": needed}


def by_webauthn(key, credential, challenge, is_alone):
    return bool(
        _answers(
            verify_authentication_response,
            credential=credential,
            expected_challenge=decoded(challenge),
            expected_rp_id=key.site,
            expected_origin=key.origin,
            credential_public_key=key.cose_bytes,
            credential_current_sign_count=key.counter,
            require_user_verification=is_alone,
        )
    )


def by_fido2(key, credential, challenge, is_alone):
    held = AttestedCredentialData.create(bytes(16), key.id, CoseKey.parse(key.cose))
    return bool(
        _answers(_server(key).authenticate_complete, _state(challenge, is_alone), [held], response=credential)
    )


def by_libfido2(key, credential, challenge, is_alone, folder):
    """What the library looks at: the site, the flags and the signature."""
    response = credential["response"]
    pem = _public(key.cose).public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    (folder / "key.pem").write_bytes(pem)
    data = cbor.encode(decoded(response["authenticatorData"]))
    lines = [digest(decoded(response["clientDataJSON"])), key.site, data, decoded(response["signature"])]
    written = [line if isinstance(line, str) else b64encode(line).decode() for line in lines]
    command = ["fido2-assert", "-V", "-p", *(["-v"] if is_alone else []), folder / "key.pem", KINDS[key.cose[3]]]
    done = subprocess.run(command, input="\n".join(written) + "\n", text=True, capture_output=True)
    return done.returncode == 0


def new_by_webauthn(key, credential, challenge):
    found = _answers(
        verify_registration_response,
        credential=credential,
        expected_challenge=decoded(challenge),
        expected_rp_id=key.site,
        expected_origin=key.origin,
        supported_pub_key_algs=[COSEAlgorithmIdentifier(number) for number in ALGORITHMS.values()],
    )
    return bool(found) and found.credential_id == key.id and found.credential_public_key == key.cose_bytes


def new_by_fido2(key, credential, challenge):
    found = _answers(_server(key).register_complete, _state(challenge, False), response=credential)
    if not found:
        return False
    held = found.credential_data
    return held.credential_id == key.id and dict(held.public_key) == key.cose


def _public(cose):
    """The public key as the library of Python has it."""
    from webauthn.helpers import decode_credential_public_key, decoded_public_key_to_cryptography

    return decoded_public_key_to_cryptography(decode_credential_public_key(cbor.encode(cose)))
