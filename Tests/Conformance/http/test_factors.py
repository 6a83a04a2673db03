"""Authenticator apps and recovery codes, with the programs that people have: oathtool, PyOTP, zbarimg."""

import subprocess

import pyotp
import pytest
from answers import INVALID, assert_body, assert_code_required, assert_error, assert_json
from sessions import assert_lives, asked_with, token_of

from apps import earlier_code, oathtool, scanned
from muster import PASSWORD

FACTORS = "/muster/v1/factors"


def pyotp_code(secret):
    """The code that PyOTP shows now."""
    return pyotp.TOTP(secret).now()


class App:
    """An authenticator app of a user who has logged in."""

    def __init__(self, muster, user, label=None):
        self.muster, self.user = muster, user
        self.token = token_of(muster, user)
        body = {} if label is None else {"label": label}
        answer = asked_with(muster, self.token, "POST", f"{FACTORS}/totp", json=body)
        self.begun = assert_json(answer, 201)
        self.secret = self.begun["secret"]

    def confirm(self, code):
        path = f"{FACTORS}/totp/{self.begun['id']}/confirm"
        return asked_with(self.muster, self.token, "POST", path, json={"code": code})

    def ready(self):
        """Confirmed, by another code than the one that it shows now."""
        self.codes = assert_json(self.confirm(earlier_code(self.secret)), 200)["recovery_codes"]
        return self


@pytest.mark.parametrize("show", [oathtool, pyotp_code])
def test_the_code_of_an_app_signs_in_once(muster, user, show):
    app = App(muster, user, "Phone").ready()
    known = len(muster.messages(user.username))
    assert_code_required(muster.login(user.username), "totp", "recovery")
    assert len(muster.messages(user.username)) == known, "nothing is sent to who has an app"
    code = show(app.secret)
    token = assert_json(muster.login(user.username, verification_code=code), 200)["token"]
    assert_lives(muster, token, user)
    assert_body(muster.login(user.username, verification_code=code), INVALID)
    listed = assert_json(asked_with(muster, token, path=FACTORS), 200)
    assert [factor["label"] for factor in listed["factors"]] == ["Phone"]
    assert listed["recovery_codes"] == 8 and app.secret not in str(listed)


def test_a_login_in_two_steps(muster, user):
    app = App(muster, user).ready()
    login = assert_code_required(muster.login(user.username), "totp", "recovery")
    path = f"/muster/v1/logins/{login}"
    wrong = muster.request("POST", path, json={"code": "000000"}, keys=None)
    assert wrong.json()["error"]["code"] == "credentials.invalid"
    answer = muster.request("POST", path, json={"code": oathtool(app.secret)}, keys=None)
    assert_lives(muster, assert_json(answer, 200)["token"], user)
    again = muster.request("POST", path, json={"code": oathtool(app.secret)}, keys=None)
    assert again.json()["error"]["code"] == "login.expired"


def test_a_recovery_code_signs_in_once(muster, user):
    app = App(muster, user).ready()
    code = app.codes[0]
    assert_lives(muster, token_of(muster, user, verification_code=code.lower()), user)
    assert_body(muster.login(user.username, verification_code=code), INVALID)
    for code in app.codes[1:6]:
        token_of(muster, user, verification_code=code)
    answer = assert_json(muster.login(user.username, verification_code=app.codes[6]), 200)
    assert answer["recovery_codes_left"] == 1


def test_who_has_no_factor_is_answered_as_ever(muster, user):
    answer = muster.login(user.username)
    assert answer.text == '{"token":"%s"}' % assert_json(answer, 200)["token"]


def test_the_qr_code_of_the_answer_says_the_address(muster, user, tmp_path):
    app = App(muster, user)
    drawing, picture = tmp_path / "app.svg", tmp_path / "app.png"
    drawing.write_text(app.begun["qr_svg"])
    subprocess.run(["rsvg-convert", "--width", "490", "--output", picture, drawing], check=True)
    assert scanned(picture) == app.begun["uri"]
    parsed = pyotp.parse_uri(app.begun["uri"])
    assert (parsed.secret, parsed.name, parsed.issuer) == (app.secret, user.username, "Muster")


def test_a_pair_of_keys_needs_the_password(muster, user):
    answer = muster.request("POST", f"{FACTORS}/totp", json={}, keys=user.keys)
    body = assert_json(answer, 401)
    assert body["error"]["code"] == "factor.confirmation_required"
    assert body["factors"] == [] and "login" not in body
    good = muster.request("POST", f"{FACTORS}/totp", json={"password": PASSWORD}, keys=user.keys)
    assert_json(good, 201)


def test_a_reset_makes_a_factor_be_set_up_first(muster, user):
    App(muster, user).ready()
    answer = muster.request("POST", f"/muster/v1/users/{user.id}/factors/reset")
    assert answer.status_code == 204, answer.text
    token = token_of(muster, user)
    refused = asked_with(muster, token, path="/muster/v1/sessions")
    assert refused.json()["error"]["code"] == "factor.enrolment_required"
    tenable = asked_with(muster, token, "PUT", "/session", json={"name": "New"})
    assert_error(tenable, 403)
    begun = assert_json(asked_with(muster, token, "POST", f"{FACTORS}/totp"), 201)
    path = f"{FACTORS}/totp/{begun['id']}/confirm"
    code = {"code": oathtool(begun["secret"])}
    assert_json(asked_with(muster, token, "POST", path, json=code), 200)
    assert_json(asked_with(muster, token, path="/muster/v1/sessions"), 200)
    # API keys are not touched.
    assert_json(muster.request("GET", "/session", keys=user.keys), 200)


def test_authenticate_takes_the_code_behind_the_password(muster, user):
    app = App(muster, user).ready()

    def ask(password):
        body = {"username": user.username, "password": password, "ip_address": "192.0.2.7"}
        return muster.request("POST", "/activelogic/v1/authenticate", json=body).status_code

    assert ask(PASSWORD) == 401
    assert ask(PASSWORD + "000000") == 401
    code = oathtool(app.secret)
    assert ask(PASSWORD + code) == 200
    assert ask(PASSWORD + code) == 401
