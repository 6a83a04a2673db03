"""What the script adds to pages: moments in the reader's zone, sums, ticks, copying, printing, and files."""

from datetime import datetime, timezone
from zoneinfo import ZoneInfo

import pytest
from pages import FINGERPRINT, KEY
from selenium.webdriver.common.keys import Keys

from apps import earlier_code
from muster import PASSWORD, unique_username


@pytest.mark.parametrize("zone", ["Asia/Kolkata", "America/St_Johns"])
def test_moments_are_in_the_reader_s_zone_and_their_titles_are_exact(admin, muster, zone):
    path = f"/muster/v1/users/{muster.create()['id']}"
    # 29 February, 23:45 in UTC: another day, month and hour elsewhere.
    moment = datetime(2032, 2, 29, 23, 45, 12, tzinfo=timezone.utc)
    stamp = int(moment.timestamp() * 1000)
    assert muster.request("PATCH", path, json={"expires_at": stamp}).ok
    admin.driver.execute_cdp_cmd("Emulation.setTimezoneOverride", {"timezoneId": zone})
    try:
        admin.open("/admin/users?cols=yes&col=expires&expires=3650")
        shown = [one for one in admin.all("td time") if one.get_attribute("datetime").startswith("2032-02-29")]
        title = shown[0].get_attribute("title")
        assert title == shown[0].get_attribute("datetime") == "2032-02-29T23:45:12Z"
        there = moment.astimezone(ZoneInfo(zone))
        words = shown[0].text.replace("\u202f", " ")
        assert words == f"{there:%b} {there.day}, {there.year}, {there.hour % 12 or 12}:{there:%M %p}"
    finally:
        admin.driver.execute_cdp_cmd("Emulation.setTimezoneOverride", {"timezoneId": ""})


def test_masks_of_63_bits_are_added_up_and_kept_to_the_last_bit(admin, muster):
    identifier = muster.create()["id"]
    path = f"/muster/v1/users/{identifier}"
    # The highest bit of a mask, which has no name and so no box; a number of JavaScript would lose the lowest.
    mask = 1 << 62 | 1 << 53 | 1
    assert muster.request("PATCH", path, json={"readbm": mask, "lviewbm": (1 << 63) - 1}).ok
    admin.open(f"/admin/users/{identifier}")
    assert admin.find("[data-sum=readbm]").text == str(mask)
    admin.tick("readbm", "7").tick("lviewbm", "0")
    assert admin.find("[data-sum=readbm]").text == str(mask | 128)
    assert admin.find("[data-sum=lviewbm]").text == str((1 << 63) - 2)
    admin.press("Save")
    assert "Saved." in admin.text
    user = muster.request("GET", path).json()
    assert (user["readbm"], user["lviewbm"], user["writebm"]) == (mask | 128, (1 << 63) - 2, 0)
    assert admin.find("[data-sum=readbm]").text == str(mask | 128)


def test_what_a_password_still_lacks_is_ticked_off_while_it_is_typed(admin):
    admin.open("/account/password")

    def met(text):
        field = admin.field("password")
        field.send_keys(Keys.CONTROL, "a", Keys.NULL, text or Keys.DELETE)
        return {one.get_attribute("data-rule") for one in admin.all(".strength li.met") if one.is_displayed()}

    assert met("") == set()
    assert met("a") == {"lower"} and met("aB") == {"lower", "upper"}
    assert met("aB1") == {"lower", "upper", "digit"}
    assert met("aB1-") == {"lower", "upper", "digit", "sign"}
    assert met("aB1-aB1-aB1-") == {"lower", "upper", "digit", "sign", "length"}
    # As the server counts: digits and cases of all scripts, and a sign is neither letter nor number.
    assert met("\u0661") == {"digit"} and met("\u00b2") == set()
    assert met("\u2160") == {"upper"} and met("\u00aa") == {"lower"} and met("\u20ac") == {"sign"}
    assert "12 characters or more" in admin.find(".strength").text


@pytest.mark.parametrize("has_clipboard", [True, False])
def test_a_secret_is_copied(console, muster, has_clipboard):
    """Browsers have their clipboard for pages of safe connections alone; the others copy as they used to."""
    username = unique_username()
    muster.create(username=username)
    driver, origin = console.driver, console.root
    console.sign_in(username, PASSWORD)
    gone = {"source": "Object.defineProperty(navigator, 'clipboard', {value: undefined})"}
    rights = {"origin": origin, "permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"]}
    if has_clipboard:
        driver.execute_cdp_cmd("Browser.grantPermissions", rights)
    else:
        script = driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", gone)
    try:
        console.open("/account/keys").press("Make API keys")
        values = {name: console.find(f"#{name}").get_attribute("value") for name in ("access", "secret")}
        for name in values:
            button = console.find(f"[data-copy={name}]")
            button.click()
            console.wait(lambda button=button: button.text == "Copied", "the copy")
        console.open("/account/keys").field("key").send_keys(Keys.CONTROL, "v")
        assert console.field("key").get_attribute("value") == values["secret"]
    finally:
        if has_clipboard:
            driver.execute_cdp_cmd("Browser.resetPermissions", {})
        else:
            driver.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", script)


def test_recovery_codes_are_printed_and_nothing_else(console, muster):
    username = unique_username()
    muster.create(username=username)
    console.sign_in(username, PASSWORD).open("/account/security/app").press("Next")
    secret = console.find("#secret").get_attribute("value")
    console.fill(code=earlier_code(secret)).press("Confirm")
    console.run("window.print = () => { window.printed = (window.printed ?? 0) + 1; }")
    console.find("[data-print]").click()
    assert console.run("return window.printed") == 1
    console.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    try:
        codes = console.all(".codes li")
        assert len(codes) == 8 and all(code.is_displayed() for code in codes)
        assert not [one for one in console.all("header, button, a.button") if one.is_displayed()]
    finally:
        console.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})


def test_an_ssh_key_comes_from_its_file(console, muster, tmp_path):
    username = unique_username()
    muster.create(username=username)
    file = tmp_path / "id_ed25519.pub"
    file.write_text(KEY + "\n")
    console.sign_in(username, PASSWORD).open("/account/keys").find("#key-file").send_keys(str(file))
    console.wait(lambda: console.field("key").get_attribute("value").strip() == KEY, "the key")
    console.press("Add an SSH key")
    assert FINGERPRINT in console.text
    console.press("Add this key")
    assert "was added" in console.text and FINGERPRINT in console.text


def test_what_is_wrong_with_a_filter_is_said_while_it_is_typed(admin, muster):
    admin.open("/admin/audit").field("from").send_keys("yesterday")
    admin.wait(lambda: "Write a moment in UTC" in admin.find("#e-from").text, "the fault")
    assert admin.field("from").get_attribute("aria-invalid") == "true"
    admin.fill(**{"from": "2026-01-31T00:00:00Z"})
    admin.wait(lambda: admin.find("#e-from").text == "", "no fault")
    assert admin.field("from").get_attribute("aria-invalid") == "false"
    name = unique_username("group").split("@")[0]
    group = muster.request("POST", "/muster/v1/groups", json={"name": name}).json()["id"]
    admin.open("/admin/users").fill(group=str(group))
    admin.wait(lambda: "Nobody found" in admin.text, "nobody")
    assert muster.request("DELETE", f"/muster/v1/groups/{group}").ok
    admin.field("q").send_keys("jane")
    # What stood there was the answer to another question.
    admin.wait(lambda: admin.all("#results .note.bad") and "Nobody found" not in admin.text, "the fault")
