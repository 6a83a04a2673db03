"""Every call that changes something, in each dialect, and every way in which its caller may lose the right to it."""

import base64
import hashlib
from dataclasses import dataclass, field
from urllib.parse import quote

from muster import PASSWORD

NEW_PASSWORD = "Another-" + PASSWORD
KEY = "AAAAC3NzaC1lZDI1NTE5AAAAIHUjzz6p8JtR2u7XBH2oFCG8s2D9T2IHzD1x0m2VnUpE"
# As ssh-keygen -l shows it, with what no path has written with a percent sign.
DIGEST = base64.b64encode(hashlib.sha256(base64.b64decode(KEY + "=" * (-len(KEY) % 4))).digest())
FINGERPRINT = quote("SHA256:" + DIGEST.decode().rstrip("="), safe="")
USERS_BIT = 8
# {"type":"webauthn.create","challenge":"AA","origin":"https://a.example"}, and an empty map.
CREDENTIAL = {
    "credential": {
        "type": "public-key",
        "response": {
            "clientDataJSON": "eyJ0eXBlIjoid2ViYXV0aG4uY3JlYXRlIiwiY2hhbGxlbmdlIjoiQUEiLCJvcmlnaW4iOiJodHRwczovL2EuZXhhbXBsZSJ9",
            "attestationObject": "oA",
        },
    }
}


@dataclass
class Victim:
    """What calls are about: a user, a group with it, one without, and a session of the user's."""

    id: int
    name: str
    group: int
    empty_group: int
    session: str
    role_uuid: str
    serial: int
    fingerprint: str = FINGERPRINT
    # Nobody has it.
    factor: int = 1_000_000


@dataclass
class Change:
    """One call: `{...}` in the path stands for what belongs to the victim."""

    method: str
    path: str
    body: object = field(default_factory=dict)
    # Whether the call is about the caller itself, which needs no right but to be let in.
    is_own: bool = False
    # Whether the bits of the masks are enough.
    by_masks: bool = False
    # What it answers to whoever has the right.
    good: tuple = (200, 201, 204)

    def target(self, victim):
        return self.path.format(**vars(victim))

    def payload(self, victim, caller):
        return self.body(victim, caller) if callable(self.body) else self.body


def _fresh(victim, name):
    return f"{name}-{victim.serial}-{victim.id}@example.com"


TENABLE = [
    Change(
        "POST",
        "/users",
        lambda v, c: {"username": _fresh(v, "made"), "password": PASSWORD, "permissions": 64},
    ),
    Change("PUT", "/users/{id}", {"permissions": 64}),
    Change("DELETE", "/users/{id}"),
    Change("PUT", "/users/{id}/enabled", {"enabled": False}),
    Change("PUT", "/users/{id}/chpasswd", {"password": NEW_PASSWORD}),
    Change("PUT", "/users/{id}/keys"),
    Change(
        "PUT",
        "/users/{id}/authorizations",
        {"api_permitted": False, "password_permitted": False, "saml_permitted": False},
    ),
    Change("PUT", "/users/{id}/two-factor", {"email_enabled": True, "sms_enabled": False}),
    Change(
        "POST",
        "/users/{id}/two-factor/send-verification",
        lambda v, c: {"sms_phone": f"+15556{v.id:06}"},
    ),
    # Nobody has sent a code: it is refused for that, and by nothing before it.
    Change(
        "POST",
        "/users/{id}/two-factor/verify-code",
        {"verification_code": "123456"},
        good=(400,),
    ),
    Change("POST", "/groups", lambda v, c: {"name": f"made {v.serial} {v.id}"}),
    Change("PUT", "/groups/{group}", lambda v, c: {"name": f"renamed {v.serial} {v.id}"}),
    Change("DELETE", "/groups/{empty_group}"),
    Change("POST", "/groups/{empty_group}/users/{id}"),
    Change("DELETE", "/groups/{group}/users/{id}"),
    Change(
        "PUT",
        "/access-control/v1/users/{id}/roles",
        lambda v, c: {"role_uuids": [v.role_uuid]},
    ),
]

OWN = [
    Change("PUT", "/session", {"name": "Another Name"}, is_own=True),
    Change(
        "PUT",
        "/session/chpasswd",
        lambda v, c: {"password": NEW_PASSWORD, "current_password": c.password},
        is_own=True,
    ),
    Change("PUT", "/session/keys", is_own=True),
    Change(
        "PUT",
        "/session/two-factor",
        lambda v, c: {"email_enabled": True, "sms_enabled": False, "password": c.password},
        is_own=True,
    ),
    Change(
        "POST",
        "/session/two-factor/send-verification",
        lambda v, c: {"sms_phone": f"+15557{c.id:06}", "password": c.password},
        is_own=True,
    ),
    Change(
        "POST",
        "/session/two-factor/verify-code",
        {"verification_code": "123456"},
        is_own=True,
        good=(400,),
    ),
]

FACTORS = [
    Change("POST", "/muster/v1/factors/totp", lambda v, c: {"password": c.password}, is_own=True),
    # There is no app that waits, no public address and no factor: refused for that, and by nothing before it.
    Change(
        "POST",
        "/muster/v1/factors/totp/{factor}/confirm",
        {"code": "123456"},
        is_own=True,
        good=(404,),
    ),
    Change(
        "POST",
        "/muster/v1/factors/webauthn/options",
        lambda v, c: {"password": c.password},
        is_own=True,
        good=(404,),
    ),
    Change("POST", "/muster/v1/factors/webauthn", lambda v, c: CREDENTIAL, is_own=True, good=(404,)),
    Change(
        "POST",
        "/muster/v1/factors/recovery",
        lambda v, c: {"password": c.password},
        is_own=True,
        good=(404,),
    ),
    Change(
        "DELETE",
        "/muster/v1/factors/{factor}",
        lambda v, c: {"password": c.password},
        is_own=True,
        good=(404,),
    ),
]

NATIVE = [
    Change(
        "POST",
        "/muster/v1/users",
        lambda v, c: {"username": _fresh(v, "native"), "permissions": 16},
        by_masks=True,
    ),
    Change("PATCH", "/muster/v1/users/{id}", {"enabled": False}, by_masks=True),
    Change("DELETE", "/muster/v1/users/{id}", by_masks=True),
    Change("POST", "/muster/v1/users/{id}/unlock", by_masks=True),
    Change("DELETE", "/muster/v1/users/{id}/keys", by_masks=True),
    Change("DELETE", "/muster/v1/users/{id}/sessions", by_masks=True),
    Change("DELETE", "/muster/v1/sessions/{session}", by_masks=True),
    Change("PUT", "/muster/v1/users/{id}/password", {"password": NEW_PASSWORD}, by_masks=True),
    Change("PUT", "/muster/v1/users/{id}/keys", by_masks=True),
    Change("PATCH", "/muster/v1/users/{id}/two-factor", {"email_enabled": True}, by_masks=True),
    Change(
        "POST",
        "/muster/v1/users/{id}/two-factor/send-verification",
        lambda v, c: {"sms_phone": f"+15558{v.id:06}"},
        by_masks=True,
    ),
    Change(
        "POST",
        "/muster/v1/users/{id}/two-factor/verify-code",
        {"verification_code": "123456"},
        by_masks=True,
        good=(400,),
    ),
    Change("POST", "/muster/v1/users/{id}/ssh-keys", {"key": KEY}, by_masks=True),
    # Whether the key is there hangs on the calls before.
    Change(
        "DELETE",
        "/muster/v1/users/{id}/ssh-keys/{fingerprint}",
        by_masks=True,
        good=(204, 404),
    ),
    Change(
        "POST",
        "/muster/v1/groups",
        lambda v, c: {"name": f"native {v.serial} {v.id}"},
        by_masks=True,
    ),
    Change(
        "PATCH",
        "/muster/v1/groups/{group}",
        lambda v, c: {"name": f"native renamed {v.serial} {v.id}"},
        by_masks=True,
    ),
    Change("DELETE", "/muster/v1/groups/{empty_group}", by_masks=True),
    Change("PUT", "/muster/v1/groups/{empty_group}/members/{id}", by_masks=True),
    Change("DELETE", "/muster/v1/groups/{group}/members/{id}", by_masks=True),
    Change(
        "POST",
        "/muster/v1/authenticate",
        lambda v, c: {"username": v.name, "password": PASSWORD, "address": "127.0.0.1"},
        by_masks=True,
    ),
    Change("POST", "/muster/v1/users/{id}/factors/reset", by_masks=True),
]

ACTIVELOGIC = [
    Change(
        "POST",
        "/activelogic/v1/users",
        lambda v, c: {"name": _fresh(v, "active"), "password": PASSWORD},
        by_masks=True,
    ),
    Change("POST", "/activelogic/v1/users/{id}/keys", {"key": KEY}, by_masks=True),
    Change("POST", "/activelogic/v1/users/by-name/{name}/keys", {"key": KEY}, by_masks=True),
    Change(
        "DELETE",
        "/activelogic/v1/users/{id}/keys",
        {"key": KEY},
        by_masks=True,
        good=(204, 409),
    ),
    Change(
        "DELETE",
        "/activelogic/v1/users/by-name/{name}/keys",
        {"key": KEY},
        by_masks=True,
        good=(204, 409),
    ),
    *(
        Change(method, f"/activelogic/v1/users/{who}{tail}", body, by_masks=True)
        for who in ("{id}", "by-name/{name}")
        for method, tail, body in (
            ("PATCH", "", {"hosts": ["192.0.2.0/24"]}),
            (
                "PUT",
                "/password",
                lambda v, c: {"current_password": c.password, "new_password": NEW_PASSWORD},
            ),
            ("DELETE", "", {}),
        )
    ),
    Change(
        "POST",
        "/activelogic/v1/authenticate",
        lambda v, c: {"username": v.name, "password": PASSWORD, "ip_address": "127.0.0.1"},
        by_masks=True,
    ),
]

CHANGES = TENABLE + OWN + FACTORS + NATIVE + ACTIVELOGIC
