"""What people do in the console, from the first sign-in on."""

import json

import pytest
from selenium.webdriver.common.virtual_authenticator import VirtualAuthenticatorOptions

from apps import earlier_code, oathtool, scanned
from muster import ADMINISTRATOR, PASSWORD, unique_username

# RFC 8032 section 7.1, test 1, and what ssh-keygen -l says of it.
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINdamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea desk"
FINGERPRINT = "SHA256:bbXpuKG6zhzdmnxq256TlqzFBzRl2f6OOg722cYNbU8"
NEW_PASSWORD = "Copper-Meadow-31-Violin"


@pytest.fixture
def admin(console, muster):
    console.sign_in(ADMINISTRATOR, muster.admin["password"])
    return console


def number(console):
    return int(console.path.rsplit("/", 1)[1])


def make(admin, username, password=None, **fields):
    admin.open("/admin/users/new").fill(username=username, **fields)
    if password:
        admin.fill(password=password)
    return admin.press("Make the user")


def test_the_printed_administrator_makes_a_user_whom_the_apis_see(admin, muster):
    assert admin.path == "/admin"
    username = unique_username()
    admin.press("Users", within="header").press("New user")
    admin.fill(username=username, name="Jane Doe", hosts="10.0.0.0/8\n127.0.0.1")
    admin.tick("readbm", "3").tick("writebm", "0")
    assert admin.find('[data-sum="readbm"]').text == "8"
    admin.press("Make the user")
    assert "Created." in admin.text and "Jane Doe" in admin.text
    user = muster.request("GET", f"/muster/v1/users/{number(admin)}").json()
    assert (user["username"], user["name"]) == (username, "Jane Doe")
    assert (user["hosts"], user["readbm"], user["writebm"]) == (["10.0.0.0/8", "127.0.0.1"], 8, 1)


def test_a_temporary_password_leads_to_one_of_ones_own(admin, console):
    username = unique_username()
    make(admin, username, password=PASSWORD)
    admin.press("Sign out", within="header")
    console.sign_in(username, PASSWORD)
    assert console.path == "/account/password" and "temporary" in console.text
    console.open("/account")
    assert console.path == "/account/password"
    console.fill(current_password=PASSWORD, password=NEW_PASSWORD).press("Change password")
    assert "was changed" in console.text
    console.press("Sign out", within="header").sign_in(username, NEW_PASSWORD)
    assert console.path == "/account"


def test_an_app_is_set_up_by_its_picture_and_asked_for(admin, console, muster, tmp_path):
    username = unique_username()
    muster.create(username=username)
    admin.press("Sign out", within="header")
    console.sign_in(username, PASSWORD).open("/account/security").press("Add an authenticator app")
    console.fill(label="Telephone").press("Next")
    picture = tmp_path / "code.png"
    console.find(".qr").screenshot(str(picture))
    assert f"secret={(secret := console.find('#secret').get_attribute('value'))}" in scanned(picture)
    console.fill(code="000000").press("Confirm")
    assert "not the one" in console.text
    console.fill(code=earlier_code(secret)).press("Confirm")
    codes = [item.text for item in console.all(".codes li")]
    assert len(codes) == 8
    console.press("I have kept them").press("Sign out", within="header")
    console.sign_in(username, PASSWORD)
    assert console.path == "/sign-in/factor"
    console.fill(code=oathtool(secret)).press("Sign in")
    assert console.path == "/account"
    console.press("Sign out", within="header").sign_in(username, PASSWORD)
    console.fill(code=codes[0]).press("Sign in")
    # Whoever has used up a recovery code is shown how many are left.
    assert console.path == "/account/security"


def test_a_passkey_is_made_and_signs_in_alone(admin, console, muster):
    username = unique_username()
    muster.create(username=username)
    options = VirtualAuthenticatorOptions()
    options.transport, options.protocol = "internal", "ctap2"
    options.has_resident_key = options.has_user_verification = options.is_user_verified = True
    console.driver.add_virtual_authenticator(options)
    try:
        admin.press("Sign out", within="header")
        console.sign_in(username, PASSWORD).open("/account/security")
        console.fill(label="Laptop").press("Add a passkey")
        console.press("I have kept them")
        assert "Laptop" in console.text
        console.press("Sign out", within="header").press("Sign in with a passkey")
        assert console.path == "/account" and username in console.text
    finally:
        console.driver.remove_virtual_authenticator()


def test_many_users_are_disabled_and_one_is_asked_about(admin, muster):
    prefix = unique_username("bulk").split("@")[0]
    lines = [json.dumps({"username": f"{prefix}-{place}@example.com"}) for place in range(50)]
    muster.request(
        "POST",
        "/muster/v1/users/import",
        body="\n".join(lines),
        headers={"Content-Type": "application/x-ndjson"},
    )
    admin.open(f"/admin/users?q={prefix}")
    admin.find("[data-all]").click()
    admin.fill(action="disable").press("Go on")
    assert f"{prefix}-49@example.com" in admin.text
    admin.press("Disable: 50")
    assert "50 done, 0 not done." in admin.text
    admin.open(f"/admin/users?q={prefix}-7@").press(f"{prefix}-7@")
    admin.press("Why can this person not sign in?")
    assert "The account is disabled." in admin.text
    admin.open(f"/admin/audit?whom={prefix}-7@example.com")
    assert "user.update" in admin.text and "enabled false" in admin.text


def test_a_form_outlives_its_session_and_is_done_once(admin, muster):
    username = unique_username()
    admin.open("/admin/users/new").fill(username=username, name="Jane Kept", password=PASSWORD)
    admin.driver.delete_cookie("muster_console")
    admin.press("Make the user")
    assert "what you had typed is kept" in admin.text
    admin.fill(username=ADMINISTRATOR, password=muster.admin["password"]).press("Sign in")
    assert "Jane Kept" in admin.text and PASSWORD not in admin.driver.page_source
    assert muster.request("GET", f"/muster/v1/users?f={username}&limit=1").json()["users"] == []
    admin.fill(password=PASSWORD).press("Send it")
    assert "Created." in admin.text and "Jane Kept" in admin.text
    # Whoever goes back and presses once more makes no second one.
    admin.driver.back()
    admin.driver.back()
    found = muster.request("GET", f"/muster/v1/users?f={username}").json()["users"]
    assert [user["name"] for user in found] == ["Jane Kept"]


def test_a_list_keeps_its_filters_through_the_sign_in(console, muster):
    console.open("/admin/users?q=nobody&state=locked")
    assert console.path == "/sign-in"
    console.fill(username=ADMINISTRATOR, password=muster.admin["password"]).press("Sign in")
    assert console.driver.current_url.endswith("/admin/users?q=nobody&state=locked")
    assert console.field("q").get_attribute("value") == "nobody"


def test_a_restart_is_said_and_what_was_typed_stays(admin, muster):
    admin.open("/admin/users/new").fill(username=unique_username(), name="Typed")
    muster.stop()
    button = next(one for one in admin.all("main button") if one.text == "Make the user")
    button.click()
    admin.wait(lambda: "The server does not answer." in admin.text, "the restart is said")
    assert admin.field("name").get_attribute("value") == "Typed"
    muster.start()
    admin.wait(lambda: "The server is back." in admin.text, "the server is back")
    admin.press("Make the user")
    assert "Created." in admin.text and "Typed" in admin.text


def test_an_own_key_is_shown_before_it_is_kept(admin, console, muster):
    username = unique_username()
    muster.create(username=username)
    admin.press("Sign out", within="header")
    console.sign_in(username, PASSWORD).open("/account/keys").fill(key=KEY)
    console.press("Add an SSH key")
    assert FINGERPRINT in console.text and "Is this your key?" in console.text
    console.press("Add this key")
    assert "was added" in console.text and FINGERPRINT in console.text
    console.press("Remove")
    assert FINGERPRINT not in console.text
    assert "went well" in console.open("/account/sessions").text


def test_the_log_is_followed_live(admin, muster):
    admin.open("/admin/audit").find("[data-keep-up]").click()
    username = unique_username()
    muster.create(username=username)
    admin.wait(lambda: username in admin.text, "the event")


def test_search_finds_while_it_is_typed(admin, muster):
    username = unique_username("zebra")
    muster.create(username=username)
    admin.open("/admin/users").field("q").send_keys(username[:14])
    admin.wait(
        lambda: len(admin.all("#results tbody tr")) == 1 and username in admin.text, "one user"
    )


def test_impersonation_is_seen_and_ended(admin, muster):
    username = unique_username()
    identifier = muster.create(username=username)["id"]
    admin.open(f"/admin/users/{identifier}").press("Act as this user")
    assert admin.path == "/account" and "You are acting as" in admin.text
    admin.press("Stop acting", within="body")
    assert "You are acting as" not in admin.text and admin.path == "/admin/users"


def test_everything_but_passkeys_works_without_scripts(plain, muster):
    username = unique_username()
    plain.sign_in(ADMINISTRATOR, muster.admin["password"])
    make(plain, username, name="Plain Jane")
    assert "Created." in plain.text
    plain.fill(name="Jane").press("Save")
    assert "Saved." in plain.text
    for path in ("/admin", "/admin/users", "/admin/groups", "/admin/sessions", "/admin/audit"):
        assert plain.open(path).path == path and plain.find("h1").text
    assert "Replace the API keys" in plain.open("/account/keys").text
    plain.open("/account").press("Sign out", within="header")
    assert plain.path == "/sign-in"
