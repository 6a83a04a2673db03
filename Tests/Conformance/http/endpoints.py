"""The endpoints that take a body, and how to tell that one has changed nothing."""

from dataclasses import dataclass, field

import pytest
from answers import assert_json
from wire import assert_answers

from muster import PASSWORD

BODY_BYTES = 1_048_576
# Of whoever has no credentials.
STRANGERS_BYTES = 16_384

TEXT = "text"
SWITCH = "switch"
ROLE = "role"
ROLES = "roles"


@dataclass
class Endpoint:
    """A method and a path that take a body; `good` is one that would change something."""

    method: str
    path: str
    good: dict
    fields: dict
    required: bool = True
    keys: str = "admin"

    def __str__(self):
        return f"{self.method} {self.path}"


PHONE = "+15555555555"
ENDPOINTS = [
    Endpoint(
        "POST",
        "/users",
        {"username": "nobody@example.com", "password": PASSWORD},
        {
            "username": TEXT,
            "password": TEXT,
            "permissions": ROLE,
            "name": TEXT,
            "email": TEXT,
            "type": TEXT,
        },
    ),
    Endpoint(
        "PUT",
        "/users/{id}",
        {"name": "Changed"},
        {"permissions": ROLE, "name": TEXT, "email": TEXT, "enabled": SWITCH},
        required=False,
    ),
    Endpoint("PUT", "/users/{id}/enabled", {"enabled": False}, {"enabled": SWITCH}),
    Endpoint(
        "PUT",
        "/users/{id}/chpasswd",
        {"password": "Another-" + PASSWORD},
        {"password": TEXT, "current_password": TEXT, "temporary": SWITCH},
    ),
    Endpoint(
        "PUT",
        "/users/{id}/authorizations",
        {"api_permitted": False, "password_permitted": False, "saml_permitted": False},
        {
            "api_permitted": SWITCH,
            "password_permitted": SWITCH,
            "saml_permitted": SWITCH,
            "mfa_enrollment_required": SWITCH,
        },
    ),
    Endpoint(
        "PUT",
        "/users/{id}/two-factor",
        {"email_enabled": True, "sms_enabled": False},
        {"email_enabled": SWITCH, "sms_enabled": SWITCH, "sms_phone": TEXT},
    ),
    Endpoint(
        "POST",
        "/users/{id}/two-factor/send-verification",
        {"sms_phone": PHONE},
        {"sms_phone": TEXT, "password": TEXT},
    ),
    Endpoint(
        "POST",
        "/users/{id}/two-factor/verify-code",
        {"verification_code": "123456"},
        {"verification_code": TEXT},
    ),
    Endpoint(
        "POST",
        "/session",
        {"username": "nobody@example.com", "password": PASSWORD},
        {"username": TEXT, "password": TEXT, "verification_code": TEXT},
        keys="none",
    ),
    Endpoint(
        "PUT", "/session", {"name": "Changed"}, {"name": TEXT, "email": TEXT}, False, keys="own"
    ),
    Endpoint(
        "PUT",
        "/session/chpasswd",
        {"password": "Another-" + PASSWORD, "current_password": PASSWORD},
        {"password": TEXT, "current_password": TEXT},
        keys="own",
    ),
    Endpoint(
        "PUT",
        "/session/two-factor",
        {"email_enabled": True, "sms_enabled": False},
        {"email_enabled": SWITCH, "sms_enabled": SWITCH, "sms_phone": TEXT},
        keys="own",
    ),
    Endpoint(
        "POST",
        "/session/two-factor/send-verification",
        {"sms_phone": PHONE},
        {"sms_phone": TEXT, "password": TEXT},
        keys="own",
    ),
    Endpoint(
        "POST",
        "/session/two-factor/verify-code",
        {"verification_code": "123456"},
        {"verification_code": TEXT},
        keys="own",
    ),
    Endpoint("POST", "/groups", {"name": "Nobody's"}, {"name": TEXT, "managed_by_saml": SWITCH}),
    Endpoint(
        "PUT", "/groups/{group}", {"name": "Nobody's"}, {"name": TEXT, "managed_by_saml": SWITCH}
    ),
    Endpoint(
        "PUT",
        "/access-control/v1/users/{uuid}/roles",
        {"role_uuids": ["6d757374-6572-4000-8000-726f6c650028"]},
        {"role_uuids": ROLES},
    ),
]
every_endpoint = pytest.mark.parametrize("endpoint", ENDPOINTS, ids=str)


@dataclass
class Target:
    """A user and a group that the requests aim at, and what is known of everything."""

    server: object
    user: object
    group: dict
    before: dict = field(default_factory=dict)

    def send(self, endpoint, body, headers=None):
        """Sends bytes as the body, as the caller that the endpoint is for."""
        path = endpoint.path.format(id=self.user.id, uuid=self.user.uuid, group=self.group["id"])
        keys = {"admin": self.server.admin_keys, "own": self.user.keys, "none": None}[endpoint.keys]
        return self.server.request(endpoint.method, path, body=body, headers=headers, keys=keys)

    def state(self):
        """Everything that can be seen of the directory, but for the clocks of the keys."""
        ask = self.server.request
        users = ask("GET", "/users?withRoles=true").json()["users"]
        for record in users:
            record.pop("last_apikey_access", None)
        # The password is still the old one, and the keys still authenticate.
        assert_json(self.server.login(self.user.username), 200)
        assert_json(ask("GET", "/session", keys=self.user.keys), 200)
        for record in users:
            if record["id"] == self.user.id:
                record.pop("lastlogin", None)
        return {
            "users": users,
            "groups": ask("GET", "/groups").json(),
            "methods": ask("GET", f"/users/{self.user.id}/authorizations").json(),
            "messages": len(self.server.messages(self.user.username)),
        }

    def assert_unchanged(self):
        assert self.state() == self.before
        assert_answers(self.server)
