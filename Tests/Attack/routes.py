"""Every route of the three dialects with a body that it takes, for the fuzz."""

import re

from server import PASSWORD, REPOSITORY, Finding

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIB0+FQHFLyjNZoHDG3tmTKdQkXkVWHV6WJdFQgo7VWPe nobody"
AUTHORIZATIONS = {"api_permitted": True, "password_permitted": True, "saml_permitted": False}
USER = {
    "username": "{new}", "password": PASSWORD, "permissions": 16, "name": "Somebody", "email": "a@example.com",
    "enabled": True, "hosts": ["10.0.0.0/8"], "readbm": 0, "writebm": 0, "lviewbm": 0, "timeout": 60, **AUTHORIZATIONS,
    "two_factor_required": False, "expires_at": 4102444800000, "note": "Ask Jane\nor Jim",
}
CHANGED = {name: USER[name] for name in USER if name not in ("username", "password")}
MASKS = {"readbm": 1, "writebm": 0, "lviewbm": 3, "timeout": 60, "hosts": ["10.0.0.0/8", "192.0.2.7"]}
PASSWORDS = {"password": "Another-" + PASSWORD, "current_password": PASSWORD, "temporary": False}
FACTOR = {"email_enabled": True, "sms_enabled": False, "sms_phone": "+15555550100", "password": PASSWORD}
SEND = {"sms_phone": "+15555550101", "password": PASSWORD}
CODE = {"verification_code": "123456"}
LINE = USER | {"groups": ["Staff"], "ssh_keys": [KEY], "password_temporary": False}

# What a browser sends of a passkey: {"type":"webauthn.get","challenge":"AA","origin":"https://a.example"} and bytes.
CLIENT = "eyJ0eXBlIjoid2ViYXV0aG4uZ2V0IiwiY2hhbGxlbmdlIjoiQUEiLCJvcmlnaW4iOiJodHRwczovL2EuZXhhbXBsZSJ9"
ATTESTATION = {
    "id": "AAAA", "type": "public-key",
    "response": {"clientDataJSON": CLIENT, "attestationObject": "o2NmbXRkbm9uZWdhdHRTdG10oGhhdXRoRGF0YUA"},
}
ASSERTION = {
    "id": "AAAA", "type": "public-key",
    "response": {"clientDataJSON": CLIENT, "authenticatorData": "AAAA", "signature": "AAAA", "userHandle": "AAAA"},
}

# A method, a path, a body. In paths and texts {id}, {group}, {session}, {name} and {new} are filled in.
ROUTES = [
    ("GET", "/users", None),
    ("POST", "/users", {"username": "{new}", "password": PASSWORD, "permissions": 16, "name": "N", "type": "local"}),
    ("GET", "/users/{id}", None),
    ("PUT", "/users/{id}", {"permissions": 16, "name": "N", "email": "b@example.com", "enabled": True}),
    ("DELETE", "/users/{id}", None),
    ("PUT", "/users/{id}/enabled", {"enabled": False}),
    ("PUT", "/users/{id}/chpasswd", PASSWORDS),
    ("PUT", "/users/{id}/keys", None),
    ("GET", "/users/{id}/authorizations", None),
    ("PUT", "/users/{id}/authorizations", AUTHORIZATIONS | {"mfa_enrollment_required": False}),
    ("PUT", "/users/{id}/two-factor", FACTOR),
    ("POST", "/users/{id}/two-factor/send-verification", SEND),
    ("POST", "/users/{id}/two-factor/verify-code", CODE),
    ("GET", "/session", None),
    ("POST", "/session", {"username": "{name}", "password": PASSWORD, "verification_code": "123456"}),
    ("PUT", "/session", {"name": "N", "email": "c@example.com", "current_password": PASSWORD}),
    ("DELETE", "/session", None),
    ("PUT", "/session/chpasswd", PASSWORDS),
    ("PUT", "/session/keys", None),
    ("PUT", "/session/two-factor", FACTOR),
    ("POST", "/session/two-factor/send-verification", SEND),
    ("POST", "/session/two-factor/verify-code", CODE),
    ("GET", "/groups", None),
    ("POST", "/groups", {"name": "{new}"}),
    ("PUT", "/groups/{group}", {"name": "{new}"}),
    ("DELETE", "/groups/{group}", None),
    ("GET", "/groups/{group}/users", None),
    ("POST", "/groups/{group}/users/{id}", None),
    ("DELETE", "/groups/{group}/users/{id}", None),
    ("GET", "/access-control/v1/roles", None),
    ("GET", "/access-control/v1/users/{id}/roles", None),
    ("PUT", "/access-control/v1/users/{id}/roles", {"role_uuids": ["00000000-0000-4000-8000-000000000016"]}),
    ("GET", "/audit-log/v1/events", None),
    ("GET", "/server/status", None),
    ("GET", "/healthz", None),
    ("GET", "/readyz", None),
    ("GET", "/activelogic/v1/sessions", None),
    ("GET", "/server/properties", None),
    ("GET", "/openapi.yaml", None),
    ("GET", "/muster/v1/users", None),
    ("POST", "/muster/v1/users", USER),
    ("POST", "/muster/v1/users/import", LINE),
    ("GET", "/muster/v1/users/export", None),
    ("GET", "/muster/v1/users/{id}", None),
    ("PATCH", "/muster/v1/users/{id}", CHANGED),
    ("DELETE", "/muster/v1/users/{id}", None),
    ("POST", "/muster/v1/users/{id}/unlock", None),
    ("DELETE", "/muster/v1/users/{id}/sessions", None),
    ("PUT", "/muster/v1/users/{id}/password", PASSWORDS),
    ("PUT", "/muster/v1/users/{id}/keys", None),
    ("DELETE", "/muster/v1/users/{id}/keys", None),
    ("PATCH", "/muster/v1/users/{id}/two-factor", FACTOR),
    ("POST", "/muster/v1/users/{id}/two-factor/send-verification", SEND),
    ("POST", "/muster/v1/users/{id}/two-factor/verify-code", CODE),
    ("GET", "/muster/v1/users/{id}/ssh-keys", None),
    ("POST", "/muster/v1/users/{id}/ssh-keys", {"key": KEY}),
    ("DELETE", "/muster/v1/users/{id}/ssh-keys/{session}", None),
    ("GET", "/muster/v1/account", None),
    ("GET", "/muster/v1/groups", None),
    ("POST", "/muster/v1/groups", {"name": "{new}", "managed_by_saml": True}),
    ("GET", "/muster/v1/groups/{group}", None),
    ("PATCH", "/muster/v1/groups/{group}", {"name": "{new}"}),
    ("DELETE", "/muster/v1/groups/{group}", None),
    ("PUT", "/muster/v1/groups/{group}/members/{id}", None),
    ("DELETE", "/muster/v1/groups/{group}/members/{id}", None),
    ("GET", "/muster/v1/audit/events", None),
    ("POST", "/muster/v1/authenticate", {"username": "{name}", "password": PASSWORD, "address": "10.0.0.1"}),
    (
        "POST",
        "/muster/v1/radius",
        {name: {"type": "string", "value": [text]} for name, text in (("User-Name", "{name}"), ("User-Password", PASSWORD))},
    ),
    ("GET", "/muster/v1/masks", None),
    ("GET", "/muster/v1/server/status", None),
    ("GET", "/muster/v1/server/properties", None),
    ("POST", "/muster/v1/sessions", {"username": "{name}", "password": PASSWORD, "verification_code": "123456"}),
    ("DELETE", "/muster/v1/sessions/current", None),
    ("GET", "/muster/v1/sessions", None),
    ("DELETE", "/muster/v1/sessions/{session}", None),
    ("GET", "/muster/v1/factors", None),
    ("POST", "/muster/v1/factors/totp", {"label": "Phone", "password": PASSWORD}),
    ("POST", "/muster/v1/factors/totp/1/confirm", {"code": "123456"}),
    ("POST", "/muster/v1/factors/webauthn/options", {"password": PASSWORD}),
    ("POST", "/muster/v1/factors/webauthn", {"label": "Key", "credential": ATTESTATION}),
    ("POST", "/muster/v1/factors/recovery", {"password": PASSWORD}),
    ("DELETE", "/muster/v1/factors/1", {"password": PASSWORD}),
    ("GET", "/muster/v1/users/{id}/factors", None),
    ("POST", "/muster/v1/users/{id}/factors/reset", None),
    ("POST", "/muster/v1/logins/webauthn", None),
    ("POST", "/muster/v1/logins/" + "0" * 64, {"credential": ASSERTION}),
    ("POST", "/muster/v1/logins/" + "1" * 64, {"code": "123456"}),
    ("POST", "/muster/v1/logins/" + "0" * 64 + "/send", {"channel": "sms"}),
    ("GET", "/muster/v1/logins/" + "0" * 64 + "/webauthn", None),
]
ROUTES += [
    (method, "/activelogic/v1" + path, body)
    for method, path, body in [
        ("POST", "/sessions", {"username": "{name}", "password": PASSWORD, "verification_code": "123456"}),
        ("DELETE", "/sessions", None),
        ("GET", "/users", None),
        ("GET", "/permissions", None),
        ("POST", "/users", {"name": "{new}", "password": PASSWORD} | MASKS),
        ("POST", "/authenticate", {"username": "{name}", "password": PASSWORD, "ip_address": "10.0.0.1"}),
    ]
    + [
        (method, who + path, body)
        for who in ("/users/{id}", "/users/by-name/{name}")
        for method, path, body in [
            ("GET", "", None),
            ("PATCH", "", {"name": "{new}"} | MASKS),
            ("DELETE", "", None),
            ("PUT", "/password", {"current_password": PASSWORD, "new_password": "Another-" + PASSWORD}),
            ("GET", "/keys", None),
            ("POST", "/keys", {"key": KEY}),
            ("DELETE", "/keys", {"key": KEY}),
        ]
    ]
]
NAMES_OF_QUERIES = (
    "limit", "after", "q", "sort", "withRoles", "f", "ft", "offset", "next", "group", "user", "hashes", "mode",
    "on_error", "dry_run", "results", "successor_user_uuid",
)


def assert_complete():
    """A route that the OpenAPI document describes, and that is missing here, is a finding."""
    known = {(method, re.sub(r"\{\w+\}|(?<=/)([01]{64}|1)(?=/|$)", "{}", path)) for method, path, _ in ROUTES}
    path = None
    for line in (REPOSITORY / "docs/openapi.yaml").read_text().splitlines():
        if found := re.fullmatch(r"  (/\S*):", line):
            path = re.sub(r"\{\w+\}", "{}", found[1])
        elif (found := re.fullmatch(r"    (get|put|post|patch|delete):", line)) and path:
            if (found[1].upper(), path) not in known:
                raise Finding(f"the fuzz does not know {found[1].upper()} {path}")
        elif not line.startswith(" "):
            path = None
