"""Passkeys in Chromium, with its virtual authenticators."""

import pytest
from device import ALGORITHMS, decoded
from fido2.webauthn import AttestationObject
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.virtual_authenticator import VirtualAuthenticatorOptions
from verifiers import Registered, by_fido2, by_libfido2, by_webauthn, new_by_fido2, new_by_webauthn

SECONDS = 300
ASKING = ("internal", "usb")


@pytest.fixture(scope="module")
def browser(origin, muster):
    options = webdriver.ChromeOptions()
    options.binary_location = "/usr/bin/chromium"
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"):
        options.add_argument(argument)
    driver = webdriver.Chrome(options=options, service=Service("/usr/bin/chromedriver"))
    driver.set_script_timeout(SECONDS)
    driver.get(f"{origin}/")
    yield driver
    driver.quit()


@pytest.fixture(params=["internal", "usb", "unasking", "u2f"])
def kind(request):
    return request.param


@pytest.fixture
def authenticator(browser, kind):
    """An authenticator of the machine that asks who its user is, a key that does, one that does not, one of the older sort."""
    options = VirtualAuthenticatorOptions()
    options.transport = "internal" if kind == "internal" else "usb"
    options.protocol = "ctap1/u2f" if kind == "u2f" else "ctap2"
    options.has_resident_key = kind in ASKING
    options.has_user_verification = kind in ASKING
    options.is_user_verified = kind in ASKING
    browser.add_virtual_authenticator(options)
    yield kind
    browser.remove_virtual_authenticator()


def run(browser, call, *arguments):
    """What a function of the page answers, or how it failed."""
    script = f"""const done = arguments[arguments.length - 1];
        {call}(...Array.from(arguments).slice(0, -1)).then(done, error => done({{failed: error.name}}));"""
    return browser.execute_async_script(script, *arguments)


def test_a_passkey_is_made_and_signs_in_behind_the_password(browser, authenticator, visitor):
    made = run(browser, "register", visitor.token, "Browser")
    assert made["status"] == 201, made
    assert made["body"]["kind"] == "webauthn" and made["body"]["synced"] is False
    challenge = visitor.challenge()
    assert challenge["factors"][0] == "webauthn"
    signed = run(browser, "second", challenge["login"])
    assert signed["status"] == 200, signed
    visitor.assert_session(signed["body"]["token"])


def test_a_passkey_alone_signs_in_where_it_asks_who_is_there(browser, authenticator, visitor):
    made = run(browser, "register", visitor.token, "Browser")
    assert made["status"] == 201, made
    if authenticator not in ASKING:
        assert "failed" in run(browser, "alone")
        return
    signed = run(browser, "alone")
    assert signed["status"] == 200, signed
    visitor.assert_session(signed["body"]["token"])


def test_no_authenticator_gets_a_second_key(browser, authenticator, visitor):
    assert run(browser, "register", visitor.token, "One")["status"] == 201
    assert run(browser, "register", visitor.token, "Two") == {"failed": "InvalidStateError"}


def test_a_removed_passkey_signs_nobody_in(browser, authenticator, visitor):
    number = run(browser, "register", visitor.token, "Browser")["body"]["id"]
    login = visitor.challenge()["login"]
    assert visitor.call("DELETE", f"/muster/v1/factors/{number}", {}).status_code == 204
    if authenticator in ASKING:
        assert run(browser, "alone")["status"] == 401
    options = visitor.muster.request("GET", f"/muster/v1/logins/{login}/webauthn", keys=None).json()
    assert options["options"]["allowCredentials"] == []


@pytest.mark.parametrize("kind", ["internal"])
@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_other_programs_judge_what_the_browser_sent_alike(
    browser, authenticator, visitor, origin, tmp_path, algorithm
):
    made = run(browser, "register", visitor.token, "Browser", ALGORITHMS[algorithm])
    assert made["status"] == 201, made
    statement = AttestationObject(decoded(made["credential"]["response"]["attestationObject"]))
    held = statement.auth_data.credential_data
    assert held.public_key[3] == ALGORITHMS[algorithm]
    key = Registered("localhost", origin, held.credential_id, held.public_key, statement.auth_data.counter)
    assert new_by_webauthn(key, made["credential"], made["challenge"])
    assert new_by_fido2(key, made["credential"], made["challenge"])
    signed = run(browser, "alone")
    assert signed["status"] == 200, signed
    judged = (key, signed["credential"], signed["challenge"], True)
    assert by_webauthn(*judged) and by_fido2(*judged) and by_libfido2(*judged, tmp_path)


@pytest.mark.parametrize("is_copied", [True, False])
def test_a_passkey_that_is_copied_to_other_devices_says_so(browser, visitor, is_copied):
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
        "defaultBackupEligibility": True, "defaultBackupState": is_copied,
    }
    browser.execute_cdp_cmd("WebAuthn.enable", {})
    number = browser.execute_cdp_cmd("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]
    try:
        made = run(browser, "register", visitor.token, "Browser")
        assert made["status"] == 201 and made["body"]["synced"] is is_copied, made
        signed = run(browser, "alone")
        assert signed["status"] == 200, signed
        visitor.assert_session(signed["body"]["token"])
    finally:
        browser.execute_cdp_cmd("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": number})
        browser.execute_cdp_cmd("WebAuthn.disable", {})
