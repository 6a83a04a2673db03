"""What people do with their own second factors and sessions."""

from pages import CODES, PHONE

from apps import earlier_code
from muster import PASSWORD, unique_username


def signed_in(muster, console, permissions=16, **changes):
    """The user name of somebody who has signed in."""
    username = unique_username()
    identifier = muster.create(username=username, permissions=permissions)["id"]
    assert not changes or muster.request("PATCH", f"/muster/v1/users/{identifier}", json=changes).ok
    console.sign_in(username, PASSWORD)
    return username


def test_codes_go_to_a_phone_that_is_proved_and_by_e_mail_and_sign_in(console, muster):
    username, phone = signed_in(muster, console), "+41791234568"

    def sent():
        return [(headers["Channel"], headers["To"]) for headers, _ in muster.messages(username)]

    console.open("/account/security")
    assert not console.all(f"{CODES} [name=sms]")
    console.fill(PHONE, phone=phone, password=PASSWORD).press("Send a code", PHONE)
    code = muster.newest_code(username)
    console.fill(code=f"{(int(code) + 1) % 1_000_000:06}").press("Verify")
    assert "wrong, used up or too old" in console.text
    console.fill(code=code).press("Verify")
    assert "The second factor was added." in console.text
    assert console.find(f"{CODES} [name=sms]").is_selected()
    console.tick("email").fill(CODES, password=PASSWORD).press("Save", CODES)
    assert "The settings for codes were saved." in console.text
    assert console.find(f"{CODES} [name=email]").is_selected()
    console.press("Sign out", within="header").sign_in(username, PASSWORD)
    assert console.path == "/sign-in/factor"
    # The phone has had one just now, so that this one goes by e-mail alone; nobody gets two of a login.
    code = muster.newest_code(username, known=1)
    console.press("Send a code by e-mail")
    assert "A code is on its way." in console.text
    assert sent() == [("sms", phone), ("email", username)]
    console.fill(code=code).press("Sign in")
    assert console.path == "/account" and username in console.text


def test_a_factor_that_is_required_comes_before_everything_else(console, muster):
    username = signed_in(muster, console, permissions=64, two_factor_required=True)
    told = "You have to set up a second factor"
    assert console.path == "/account/security" and told in console.text
    assert console.all("header nav a") == [] and console.all(".tabs a") == []
    for path in ("/", "/account", "/account/keys", "/account/sessions", "/admin", "/admin/users", "/admin/export"):
        assert console.open(path).path == "/account/security", path
    console.press("Sign out", within="header").sign_in(username, PASSWORD)
    console.press("Add an authenticator app").fill(label="Telephone").press("Next")
    secret = console.find("#secret").get_attribute("value")
    console.fill(code=earlier_code(secret)).press("Confirm")
    assert len(console.all(".codes li")) == 8
    console.press("I have kept them")
    assert "Telephone" in console.text and told not in console.text
    assert console.open("/account").path == "/account" and username in console.text
    assert console.open("/admin").path == "/admin"


def test_one_own_session_is_ended_and_then_all(console, muster):
    username = signed_in(muster, console)
    tokens = [muster.login(username).json()["token"] for _ in range(2)]

    def lives(token):
        answer = muster.request("GET", "/session", headers={"X-Cookie": f"token={token}"}, keys=None)
        return answer.status_code == 200

    assert len(console.open("/account/sessions").all("form[action$='/sessions/end']")) == 2
    assert console.text.count("This session") == 1
    console.press("End")
    assert "The session has ended." in console.text
    assert sorted(lives(token) for token in tokens) == [False, True]
    assert len(console.all("form[action$='/sessions/end']")) == 1
    console.press("End all sessions")
    assert console.path == "/sign-in" and "All sessions have ended." in console.text
    assert not any(lives(token) for token in tokens)
    assert console.open("/account").path == "/sign-in"
