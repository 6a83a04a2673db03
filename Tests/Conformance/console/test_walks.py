"""What people do in the console, from the first sign-in on."""

import json
from urllib.parse import quote

import requests
from selenium.webdriver.common.virtual_authenticator import VirtualAuthenticatorOptions

from apps import earlier_code, oathtool, scanned
from muster import ADMINISTRATOR, PASSWORD, unique_username
from pages import FINGERPRINT, KEY

NEW_PASSWORD = "Copper-Meadow-31-Violin"


def number(console):
    return int(console.path.rsplit("/", 1)[1])


def make(admin, username, password=None, **fields):
    admin.open("/admin/users/new").fill(username=username, **fields)
    if password:
        admin.fill(password=password)
    return admin.press("Make the user")


def saved_codes(console):
    """The lines of the file into which the page saves its recovery codes."""
    form = console.find("form[action$='/recovery/file']")
    fields = {
        name: form.find_element("css selector", f"[name={name}]").get_attribute("value")
        for name in ("token", "once", "codes")
    }
    answer = requests.post(
        form.get_attribute("action"),
        fields,
        cookies={one["name"]: one["value"] for one in console.driver.get_cookies()},
        headers={"Sec-Fetch-Site": "same-origin"},
        timeout=60,
    )
    assert answer.headers["Cache-Control"] == "no-store"
    return answer.text.split()


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
    secret = console.find("#secret").get_attribute("value")
    assert scanned(picture) == f"otpauth://totp/localhost:{quote(username)}?secret={secret}&issuer=localhost"
    console.fill(code="000000").press("Confirm")
    assert "not the one" in console.text
    console.fill(code=earlier_code(secret)).press("Confirm")
    codes = [item.text for item in console.all(".codes li")]
    assert len(codes) == 8 and saved_codes(console)[-8:] == codes
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


def test_two_administrators_of_one_user_see_what_differs_and_decide(admin, muster):
    identifier = muster.create(username=unique_username(), name="Jane")["id"]
    admin.open(f"/admin/users/{identifier}").fill(name="Jane Mine", note="Typed by the second")
    changed = {"name": "Jane Theirs", "hosts": ["10.9.0.0/16"]}
    muster.request("PATCH", f"/muster/v1/users/{identifier}", json=changed)
    admin.press("Save")
    assert "changed meanwhile by somebody else" in admin.text
    assert admin.field("name").get_attribute("value") == "Jane Mine"
    rows = {row.find_element("tag name", "th").text: row.text for row in admin.all("#stale tbody tr")}
    assert rows["Name"].split("\n") == ["Name Jane Theirs Jane Mine"]
    assert "10.9.0.0/16" in rows["May come in from"] and "nothing" in rows["May come in from"]
    user = muster.request("GET", f"/muster/v1/users/{identifier}").json()
    assert user["name"] == "Jane Theirs"
    admin.fill(hosts="10.9.0.0/16").press("Save")
    assert "Saved." in admin.text
    user = muster.request("GET", f"/muster/v1/users/{identifier}").json()
    assert (user["name"], user["hosts"]) == ("Jane Mine", ["10.9.0.0/16"])


def test_back_and_reload_repeat_no_change_of_many(admin, muster):
    prefix = unique_username("again").split("@")[0]
    muster.create(username=f"{prefix}@example.com")
    admin.open(f"/admin/users?q={prefix}").find("[data-all]").click()
    admin.fill(action="close-ways").press("Go on")
    admin.press("Close ways in")
    assert "Choose at least one way in." in admin.text and prefix in admin.text
    assert admin.run("return document.activeElement.name") == "way"
    admin.tick("way", "api").press("Close ways in")
    assert "1 done, 0 not done." in admin.text

    def changes():
        query = f"/muster/v1/audit/events?target_name={prefix}@example.com&limit=50"
        events = muster.request("GET", query).json()["events"]
        return sum(event["action"] == "user.update" for event in events)

    assert changes() == 1
    admin.driver.refresh()
    admin.driver.back()
    admin.driver.refresh()
    assert changes() == 1


def test_figures_lead_to_their_lists_and_settings_say_where_they_come_from(admin, muster):
    identifier = muster.create()["id"]
    muster.request("PATCH", f"/muster/v1/users/{identifier}", json={"enabled": False})

    def agree():
        admin.open("/admin")
        admin.wait(lambda: not admin.all("[data-follow]"), "the count")
        figure = next(one for one in admin.all("a.figure") if "disabled" in one.text)
        count = int(figure.text.split()[0])
        admin.driver.get(figure.get_attribute("href"))
        return len(admin.all("#results tbody tr")) == min(count, 50) > 0

    # Figures may be of a moment ago.
    admin.wait(agree, "a figure and the list behind it")
    assert "Health of the store" in admin.open("/admin").text and "Write-ahead log" in admin.text
    admin.open("/admin/settings")
    rows = {row.text.split()[0]: row.text.split()[-1] for row in admin.all("tbody tr")}
    assert rows["http.publicURL"] == "environment" and rows["totp.issuer"] == "default"


def test_the_log_is_followed_live(admin, muster):
    admin.open("/admin/audit").find("[data-keep-up]").click()
    username = unique_username()
    muster.create(username=username)
    admin.wait(lambda: username in admin.text, "the event")
    # The link of an event leads to it, to whatever part of a second it belongs.
    # The list may be another one from one question to the next.
    number, link = admin.run(
        """const rows = [...document.querySelectorAll("#results tbody tr")];
        const row = rows.find(row => row.innerText.includes(arguments[0]));
        return [row.id, row.querySelector("a").href];""",
        username,
    )
    admin.driver.get(link)
    assert username in admin.find(f"#{number}").text


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
