"""An administrator whose sign-in is a while ago shows its password again before what a stolen session must not do."""

import json
import sqlite3
from contextlib import closing

from looks import schemes, too_narrow
from selenium.webdriver.common.virtual_authenticator import VirtualAuthenticatorOptions

from muster import ADMINISTRATOR, PASSWORD, unique_username

NEW_PASSWORD = "Copper-Meadow-31-Violin"


def rest(muster):
    """Lets five minutes go by since every sign-in."""
    muster.stop()
    with closing(sqlite3.connect(muster.data_dir / "muster.sqlite")) as database, database:
        database.execute("UPDATE session SET authenticated_at = authenticated_at - 301000")
    muster.start()


def test_the_password_is_asked_for_and_the_form_goes_on_behind_it(admin, muster):
    username = unique_username()
    identifier = muster.create(username=username)["id"]
    admin.open(f"/admin/users/{identifier}")
    rest(muster)
    admin.fill(name="Named at once").press("Save")
    assert "Saved." in admin.text
    admin.find("input[name=temporary]").click()
    admin.fill(password=NEW_PASSWORD).press("Set a password")
    assert "Confirm it is you" in admin.text and NEW_PASSWORD not in admin.driver.page_source
    assert schemes(admin) == [] and too_narrow(admin) == []
    admin.fill(current_password="Wrong-Horse-7", password=NEW_PASSWORD).press("Confirm")
    assert "Current password is invalid." in admin.text
    admin.fill(current_password=muster.admin["password"], password=NEW_PASSWORD).press("Confirm")
    assert "Saved." in admin.text and admin.path == f"/admin/users/{identifier}"
    assert muster.login(username, NEW_PASSWORD).ok
    # It is asked for once in five minutes.
    admin.press("Make new API keys")
    assert "Secret key" in admin.text


def test_many_are_deleted_behind_the_password_without_scripts(plain, muster):
    plain.sign_in(ADMINISTRATOR, muster.admin["password"])
    prefix = unique_username("gone").split("@")[0]
    lines = [json.dumps({"username": f"{prefix}-{place}@example.com"}) for place in range(3)]
    muster.request(
        "POST",
        "/muster/v1/users/import",
        body="\n".join(lines),
        headers={"Content-Type": "application/x-ndjson"},
    )
    plain.open(f"/admin/users?q={prefix}")
    for box in plain.all("input[name=user]"):
        box.click()
    rest(muster)
    plain.fill(action="delete").press("Go on")
    plain.press("Delete: 3")
    found = f"/muster/v1/users?f={prefix}&limit=10"
    assert "Confirm it is you" in plain.text
    assert len(muster.request("GET", found).json()["users"]) == 3
    plain.fill(current_password=muster.admin["password"]).press("Confirm")
    assert "3 done, 0 not done." in plain.text
    assert muster.request("GET", found).json()["users"] == []


def test_a_user_with_rights_is_made_behind_the_password(admin, muster):
    username = unique_username()
    rest(muster)
    admin.open("/admin/users/new").fill(username=username, hosts="10.0.0.0/8\n127.0.0.1", password=PASSWORD)
    admin.tick("readbm", "3").tick("writebm", "0").press("Make the user")
    admin.fill(current_password=muster.admin["password"], password=PASSWORD).press("Confirm")
    assert "Created." in admin.text
    user = muster.request("GET", f"/muster/v1/users?f={username}").json()["users"][0]
    assert (user["hosts"], user["readbm"], user["writebm"]) == (["10.0.0.0/8", "127.0.0.1"], 8, 1)


def test_a_passkey_does_for_the_password(admin, console, muster):
    username, gone = unique_username(), unique_username()
    muster.create(username=username, permissions=64)
    identifier = muster.create(username=gone)["id"]
    options = VirtualAuthenticatorOptions()
    options.transport, options.protocol = "internal", "ctap2"
    options.has_resident_key = options.has_user_verification = options.is_user_verified = True
    console.driver.add_virtual_authenticator(options)
    try:
        admin.press("Sign out", within="header")
        console.sign_in(username, PASSWORD).open("/account/security")
        console.fill(label="Laptop").press("Add a passkey")
        console.press("I have kept them").press("Sign out", within="header").press("Sign in with a passkey")
        console.open(f"/admin/users/{identifier}")
        console.find("input[name=temporary]").click()
        rest(muster)
        console.fill(password=NEW_PASSWORD).press("Set a password")
        assert "Confirm it is you" in console.text and "sign out and in again" not in console.text
        assert schemes(console) == []
        # What is not kept has to be there first.
        console.find("[data-passkey=confirm]").click()
        assert "Confirm it is you" in console.text
        console.fill(password=NEW_PASSWORD).press("Use a passkey")
        assert "Saved." in console.text and console.path == f"/admin/users/{identifier}"
        assert muster.login(gone, NEW_PASSWORD).ok
        # It is asked for once in five minutes.
        console.press("Make new API keys")
        assert "Secret key" in console.text
        console.open("/account/keys")
        rest(muster)
        console.press("Make API keys")
        assert "Confirm it is you" in console.text and schemes(console) == [] and too_narrow(console) == []
        console.press("Use a passkey")
        assert "Secret key" in console.text
        # A passkey is made behind one; this device has one already.
        console.open("/account/security")
        rest(muster)
        add, proof = console.find("[data-passkey=add]"), console.find("[data-proof]")
        add.click()
        console.wait(proof.is_displayed, "the question who it is")
        proof.find_element("css selector", "[data-passkey=confirm]").click()
        console.wait(lambda: not proof.is_displayed(), "the answer")
        add.click()
        console.wait(lambda: "It may be here already" in console.text, "the browser's refusal")
    finally:
        console.driver.remove_virtual_authenticator()
