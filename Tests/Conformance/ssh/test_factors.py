"""Second factors at a real sshd: the code of an app stands after the password, keys are what they are."""

from apps import earlier_code, oathtool
from muster import PASSWORD


def app_of(server, person):
    """Sets up an authenticator app for somebody; its secret."""
    answer = server.login(person.name, person.password)
    assert answer.status_code == 200, answer.text
    headers = {"X-Cookie": f"token={answer.json()['token']}"}
    path = "/muster/v1/factors/totp"
    begun = server.request("POST", path, json={}, headers=headers, keys=None).json()
    confirm = f"{path}/{begun['id']}/confirm"
    body = {"code": earlier_code(begun["secret"])}
    answer = server.request("POST", confirm, json=body, headers=headers, keys=None)
    assert answer.status_code == 200, answer.text
    return begun["secret"]


def test_password_and_code_come_in_and_neither_alone(muster, person, comes_in):
    user = person()
    secret = app_of(muster, user)
    assert not comes_in(user, password=PASSWORD)
    code = oathtool(secret)
    assert not comes_in(user, password=code)
    assert comes_in(user, password=PASSWORD + code)
    assert not comes_in(user, password=PASSWORD + code), "a code comes in once"
    # A public key is a factor of its own.
    assert comes_in(user)


def test_who_has_only_sent_codes_does_not_come_in_by_password(muster, person, comes_in):
    user = person()
    body = {"email": "person@example.com"}
    assert muster.request("PATCH", f"/muster/v1/users/{user.id}", json=body).status_code == 200
    body = {"email_enabled": True, "sms_enabled": False}
    assert muster.request("PUT", f"/users/{user.id}/two-factor", json=body).status_code == 200
    assert not comes_in(user, password=PASSWORD)
    assert not comes_in(user, password=PASSWORD + "123456")
    assert not muster.messages(user.name), "nothing is sent for a sign-in here"
    assert comes_in(user)
