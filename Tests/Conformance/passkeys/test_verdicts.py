"""What Muster takes and refuses of a passkey is what other programs take and refuse: good ones, and ones of which something differs."""

import os

import pytest
from device import ALGORITHMS, BACKED_UP, ELIGIBLE, KEY, PRESENT, VERIFIED, Device, client_data, decoded, encoded
from verifiers import Registered, by_fido2, by_libfido2, by_webauthn, new_by_fido2, new_by_webauthn

SITE = "localhost"
PASSKEYS = "/muster/v1/factors/webauthn"
BOTH, LIBRARY = {"webauthn", "fido2"}, {"libfido2"}


@pytest.fixture(params=ALGORITHMS)
def device(request):
    return Device(request.param)


def begin(visitor):
    answer = visitor.call("POST", f"{PASSKEYS}/options", {})
    assert answer.status_code == 200, answer.text
    return answer.json()["options"]


def add(visitor, credential):
    return visitor.call("POST", PASSKEYS, {"label": "Device", "credential": credential})


@pytest.fixture
def key(visitor, device, origin):
    """The device's key, which Muster and the others have taken."""
    options = begin(visitor)
    credential = device.create(options, origin)
    key = Registered(SITE, origin, device.id, device.cose)
    assert new_by_webauthn(key, credential, options["challenge"])
    assert new_by_fido2(key, credential, options["challenge"])
    answer = add(visitor, credential)
    assert answer.status_code == 201, answer.text
    return key


def flip(data, place):
    spoilt = bytearray(data)
    spoilt[place] ^= 1
    return bytes(spoilt)


def changed(field, change):
    """A change of what is sent, after the signature."""

    def make(device, options, origin):
        credential = device.get(options, origin)
        response = credential["response"]
        return credential | {"response": response | {field: encoded(change(decoded(response[field])))}}

    return make


def signed(data=None, frame=None):
    """A change in front of the signature, which then fits: `data` of the authenticator's, `frame` of the browser's."""

    def make(device, options, origin):
        return device.get(
            options,
            origin,
            data=data and data(device.head(SITE)),
            frame=frame and frame(options["challenge"], origin),
        )

    return make


def flags(value):
    return lambda head: head[:32] + bytes([value]) + head[33:]


def framed(kind="webauthn.get", challenge=None, suffix="", **more):
    return lambda asked, origin: client_data(kind, challenge or asked, origin + suffix, **more)


def by_another(device, options, origin):
    other = Device(device.algorithm)
    other.id, other.user_handle = device.id, device.user_handle
    return other.get(options, origin, data=device.head(SITE))


# What is sent, whether it is right, and who does not look at what is wrong with it.
CASES = {
    "as it should be": (lambda device, *asked: device.get(*asked), True, set()),
    "as it should be, again": (lambda device, *asked: device.get(*asked), True, set()),
    "signature: first bit": (changed("signature", lambda data: flip(data, 0)), False, set()),
    "signature: last bit": (changed("signature", lambda data: flip(data, -1)), False, set()),
    "signature: a byte less": (changed("signature", lambda data: data[:-1]), False, set()),
    "signature: a byte more": (changed("signature", lambda data: data + b"\0"), False, set()),
    "signature: empty": (changed("signature", lambda data: b""), False, set()),
    "signature: by another key": (by_another, False, set()),
    "data: site": (changed("authenticatorData", lambda data: flip(data, 5)), False, set()),
    "data: flags": (changed("authenticatorData", lambda data: flags(0x0D)(data)), False, set()),
    "data: counter": (changed("authenticatorData", lambda data: flip(data, 36)), False, set()),
    "data: a byte less": (changed("authenticatorData", lambda data: data[:-1]), False, set()),
    "frame: a byte": (changed("clientDataJSON", lambda data: data.replace(b"false", b"false ")), False, set()),
    "signed: nobody there": (signed(flags(VERIFIED)), False, set()),
    "signed: not asked who is there": (signed(flags(PRESENT)), False, set()),
    "signed: another site": (signed(lambda head: flip(head, 0)), False, set()),
    "signed: backed up without being so": (signed(flags(PRESENT | VERIFIED | BACKED_UP)), False, LIBRARY | {"fido2"}),
    "signed: another type": (signed(frame=framed("webauthn.create")), False, LIBRARY),
    "signed: another challenge": (signed(frame=framed(challenge=encoded(os.urandom(32)))), False, LIBRARY),
    "signed: another origin": (signed(frame=framed(suffix=".evil")), False, LIBRARY),
    "signed: in a frame of another site": (signed(frame=framed(crossOrigin=True)), False, LIBRARY | BOTH),
    "signed: no counter that grows": (
        signed(lambda head: head[:33] + bytes(4)), False, LIBRARY | {"fido2"}
    ),
    "signed: no JSON": (signed(frame=lambda *_: b"{"), False, LIBRARY),
}


def test_signatures_are_judged_alike(muster, visitor, device, key, origin, tmp_path):
    for name, (make, is_right, blind) in CASES.items():
        begun = muster.request("POST", "/muster/v1/logins/webauthn", keys=None).json()
        options = begun["options"]
        credential = make(device, options, origin)
        judged = (key, credential, options["challenge"], True)
        verdicts = {"webauthn": by_webauthn(*judged), "fido2": by_fido2(*judged)}
        verdicts["libfido2"] = by_libfido2(*judged, tmp_path)
        answer = muster.request(
            "POST", f"/muster/v1/logins/{begun['login']}", json={"credential": credential}, keys=None
        )
        assert answer.status_code in ((200,) if is_right else (400, 401)), (name, answer.text)
        said = {who for who, verdict in verdicts.items() if verdict != is_right}
        assert said == blind, (name, verdicts)
        if is_right:
            visitor.assert_session(answer.json()["token"])
            key.counter = device.counter


def test_a_signature_behind_the_password_needs_nobody_to_be_known(muster, visitor, device, key, origin, tmp_path):
    login = visitor.challenge()["login"]
    options = muster.request("GET", f"/muster/v1/logins/{login}/webauthn", keys=None).json()["options"]
    assert options["allowCredentials"] == [{"type": "public-key", "id": encoded(device.id)}]
    device.flags = PRESENT
    credential = device.get(options, origin)
    judged = (key, credential, options["challenge"], False)
    assert by_webauthn(*judged) and by_fido2(*judged) and by_libfido2(*judged, tmp_path)
    answer = muster.request("POST", f"/muster/v1/logins/{login}", json={"credential": credential}, keys=None)
    assert answer.status_code == 200, answer.text


def test_a_key_that_may_be_copied_says_so(visitor, device, origin):
    device.flags |= ELIGIBLE | BACKED_UP
    answer = add(visitor, device.create(begin(visitor), origin))
    assert answer.status_code == 201 and answer.json()["synced"] is True, answer.text


# Registrations that are wrong: what stands in them, by the device, its site's head and what is after it.
WRONG = {
    "nobody there": lambda device: {"data": flags(VERIFIED | KEY)(device.head(SITE)) + device.attested()},
    "another site": lambda device: {"data": flip(device.head(SITE, KEY), 0) + device.attested()},
    "no key": lambda device: {"data": device.head(SITE)},
    "a key that is not there": lambda device: {"data": device.head(SITE, KEY)},
    "a byte less": lambda device: {"data": (device.head(SITE, KEY) + device.attested())[:-1]},
    "a byte more": lambda device: {"data": device.head(SITE, KEY) + device.attested() + b"\0"},
    "extensions that are not there": lambda device: {"data": device.head(SITE, KEY | 0x80) + device.attested()},
    "an unknown algorithm": lambda device: {
        "data": device.head(SITE, KEY) + device.attested().replace(*_algorithm(device), 1)
    },
}


def _algorithm(device):
    """How the key's algorithm is written in it, and another that nobody knows."""
    return {
        "es256": (b"\x03\x26", b"\x03\x2f"),
        "eddsa": (b"\x03\x27", b"\x03\x2f"),
        "rs256": (b"\x03\x39\x01\x00", b"\x03\x39\x01\x40"),
    }[device.algorithm]


def test_registrations_are_judged_alike(visitor, device, origin):
    frames = {
        "another origin": lambda asked: client_data("webauthn.create", asked, origin + ".evil"),
        "another type": lambda asked: client_data("webauthn.get", asked, origin),
        "another challenge": lambda asked: client_data("webauthn.create", encoded(os.urandom(32)), origin),
    }
    wrong = {name: (lambda _, make=make: make(device)) for name, make in WRONG.items()}
    wrong |= {name: (lambda asked, make=make: {"frame": make(asked)}) for name, make in frames.items()}
    key = Registered(SITE, origin, device.id, device.cose)
    for name, make in wrong.items():
        options = begin(visitor)
        credential = device.create(options, origin, **make(options["challenge"]))
        answer = add(visitor, credential)
        # Nobody has begun anything under another challenge.
        refusal = (401, "login.expired") if name == "another challenge" else (400, "factor.refused")
        assert (answer.status_code, answer.json()["error"]["code"]) == refusal, (name, answer.text)
        assert not new_by_webauthn(key, credential, options["challenge"]), name
        assert not new_by_fido2(key, credential, options["challenge"]), name
    assert visitor.call("GET", "/muster/v1/factors").json()["factors"] == []
