"""Calls of the interface, by who may make them and what they need."""

from muster import PASSWORD

ABSENT_ID = 9_000_000_000
ABSENT_UUID = "0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d"

# What only an administrator may do, on a user and on a group that exist or do not.
ON_A_USER = [
    ("GET", "", None),
    ("PUT", "", {"name": "Nobody"}),
    ("DELETE", "", None),
    ("PUT", "/enabled", {"enabled": True}),
    ("PUT", "/chpasswd", {"password": PASSWORD}),
    ("PUT", "/keys", None),
    ("GET", "/authorizations", None),
    (
        "PUT",
        "/authorizations",
        {"api_permitted": True, "password_permitted": True, "saml_permitted": True},
    ),
    ("PUT", "/two-factor", {"email_enabled": False, "sms_enabled": False}),
    ("POST", "/two-factor/send-verification", {"sms_phone": "+15555555555"}),
    ("POST", "/two-factor/verify-code", {"verification_code": "123456"}),
]
ON_A_GROUP = [
    ("PUT", "", {"name": "Nobody"}),
    ("DELETE", "", None),
    ("GET", "/users", None),
]
ELSEWHERE = [
    ("POST", "/users", {"username": "a@example.com", "password": PASSWORD}),
    ("POST", "/groups", {"name": "Nobody"}),
    ("GET", "/access-control/v1/roles", None),
    ("GET", f"/access-control/v1/users/{ABSENT_UUID}/roles", None),
    ("PUT", f"/access-control/v1/users/{ABSENT_UUID}/roles", {"role_uuids": [ABSENT_UUID]}),
    ("GET", "/audit-log/v1/events", None),
]
OF_EVERYBODY = [
    ("GET", "/users", None),
    ("GET", "/groups", None),
    ("GET", "/session", None),
    ("PUT", "/session", {"name": "Nobody"}),
    ("DELETE", "/session", None),
    ("PUT", "/session/chpasswd", {"password": PASSWORD, "current_password": PASSWORD}),
    ("PUT", "/session/keys", None),
    ("PUT", "/session/two-factor", {"email_enabled": False, "sms_enabled": False}),
    ("POST", "/session/two-factor/send-verification", {"sms_phone": "+15555555555"}),
    ("POST", "/session/two-factor/verify-code", {"verification_code": "123456"}),
    ("GET", "/server/properties", None),
]
FOR_ADMINISTRATORS = (
    [(method, f"/users/{ABSENT_ID}{path}", body) for method, path, body in ON_A_USER]
    + [(method, f"/groups/{ABSENT_ID}{path}", body) for method, path, body in ON_A_GROUP]
    + [(method, f"/groups/{ABSENT_ID}/users/{ABSENT_ID}", None) for method in ("POST", "DELETE")]
    + ELSEWHERE
)


def send(server, method, path, body, **options):
    """A request with or without a JSON body."""
    if body is not None:
        options["json"] = body
    return server.request(method, path, **options)


AUTHORIZATIONS = {"api_permitted": True, "password_permitted": True, "saml_permitted": True}
REQUIRED = [
    ("POST", "/users", {"username": "a@example.com", "password": PASSWORD}),
    ("PUT", "/users/{id}/enabled", {"enabled": True}),
    ("PUT", "/users/{id}/chpasswd", {"password": PASSWORD}),
    ("PUT", "/users/{id}/authorizations", AUTHORIZATIONS),
    ("PUT", "/users/{id}/two-factor", {"email_enabled": False, "sms_enabled": False}),
    ("POST", "/users/{id}/two-factor/send-verification", {"sms_phone": "+15555555555"}),
    ("POST", "/users/{id}/two-factor/verify-code", {"verification_code": "123456"}),
    ("PUT", "/session/two-factor", {"email_enabled": False, "sms_enabled": False}),
    ("POST", "/session/two-factor/send-verification", {"sms_phone": "+15555555555"}),
    ("POST", "/session/two-factor/verify-code", {"verification_code": "123456"}),
    ("POST", "/session", {"username": "a@example.com", "password": PASSWORD}),
    ("POST", "/groups", {"name": "Nobody"}),
    ("PUT", "/access-control/v1/users/{uuid}/roles", {"role_uuids": [ABSENT_UUID]}),
]
