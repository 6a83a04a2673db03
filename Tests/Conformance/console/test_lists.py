"""Lists that go in and out by the console."""

import csv
import io
import json
import subprocess

import requests
from muster import ADMINISTRATOR, binary, environment, unique_username

LINES = 10_000


def choose(admin, file):
    admin.open("/admin/import").find("#file").send_keys(str(file))
    return admin.press("Look at the list")


DROP = """const [name, text] = arguments, place = document.querySelector('[data-drop]'), carried = new DataTransfer();
carried.items.add(new File([text], name, {type: 'text/csv'}));
return ['dragover', 'drop'].map(kind => {
  place.dispatchEvent(new DragEvent(kind, {dataTransfer: carried, bubbles: true, cancelable: true}));
  return place.classList.contains('over');
})"""
BAR = """const bar = document.querySelector('#results progress');
return bar && bar.checkVisibility() && bar.max > 1 ? [bar.value, bar.max] : null"""


def drop(admin, name, text):
    """Lets a file fall on the page, which shows where."""
    admin.open("/admin/import")
    assert admin.run(DROP, name, text) == [True, False]
    admin.wait(lambda: admin.path.startswith("/admin/import/"), "the page of the list")


def ended(admin):
    admin.wait(lambda: not admin.all("[data-follow]"), "the end of the work")
    return admin.text


def test_ten_thousand_lines_are_looked_at_and_imported_with_progress(admin, muster, tmp_path):
    prefix = unique_username("bulk").split("@")[0]
    file = tmp_path / "people.csv"
    with open(file, "w", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["username", "name", "role", "hosts", "groups"])
        for place in range(LINES):
            row = [f"{prefix}-{place}@example.com", f"Person {place}", "basic", "10.0.0.0/8;::1", "Imported"]
            writer.writerow(row)
    admin.open("/admin/import")
    admin.tick("create_groups").find("#file").send_keys(str(file))
    admin.press("Look at the list")
    where = admin.path
    assert "people.csv" in ended(admin) and "All lines can be taken." in admin.text
    assert muster.request("GET", f"/muster/v1/users?f={prefix}&limit=1").json()["users"] == []
    admin.press(f"Import: {LINES}")
    # A reload, and going elsewhere, end nothing.
    before = admin.wait(lambda: admin.run(BAR), "how far it is")
    assert admin.open(where).path == where
    after = admin.wait(lambda: admin.run(BAR), "how far it is by then")
    assert before[1] == after[1] == LINES and before[0] <= after[0] <= LINES
    admin.wait(lambda: (now := admin.run(BAR)) is None or now[0] > after[0], "that it goes on")
    admin.open("/admin/import")
    assert "people.csv" in admin.text
    admin.open(where)
    assert "The list was imported." in ended(admin)
    found = muster.request("GET", f"/muster/v1/users?f={prefix}-77&limit=1").json()["users"]
    assert found[0]["hosts"] == ["10.0.0.0/8", "::1"]
    assert not admin.all("form[action$='/start']")


def test_lines_that_cannot_be_taken_are_named_with_reasons_and_nothing_is_changed(admin, tmp_path, muster):
    name = unique_username()
    file = tmp_path / "bad.csv"
    file.write_text(f"username,hosts,name\n{name},10.0.0.0/8,Good\n{unique_username()},10.0.0.1/8,Bad\na b,,\na,b\n")
    choose(admin, file)
    assert "Some lines cannot be taken" in ended(admin)
    rows = [row.text.split(" ", 2) for row in admin.all("tbody tr")]
    assert [row[0] for row in rows] == ["3", "4", "5"] and rows[0][1] == "hosts"
    assert not admin.all("form[action$='/start']")
    assert muster.request("GET", f"/muster/v1/users?f={name}&limit=1").json()["users"] == []
    drop(admin, "none.csv", "who,what\n1,2\n")
    assert '"who" in the heading is no field of a user.' in ended(admin)


def test_lists_are_taken_out_as_files(admin, muster):
    username = unique_username()
    muster.create(username=username, name="=1+2")
    browser = requests.Session()
    for cookie in admin.driver.get_cookies():
        browser.cookies.set(cookie["name"], cookie["value"])
    admin.open(f"/admin/users?q={username}&cols=yes&col=role&col=id")
    link = next(one for one in admin.all("a[download]")).get_attribute("href")
    for cookie in admin.driver.get_cookies():
        browser.cookies.set(cookie["name"], cookie["value"])
    answer = browser.get(link, timeout=60)
    assert answer.headers["Content-Type"].startswith("text/csv")
    rows = list(csv.reader(io.StringIO(answer.text)))
    assert rows[0] == ["User name", "Name", "Role", "Number"]
    assert rows[1][:3] == [username, "'=1+2", "Basic"] and len(rows) == 2

    form = {"token": admin.open("/admin/export").find('input[name="token"]').get_attribute("value")}
    browser.headers["Sec-Fetch-Site"] = "same-origin"
    lines = browser.post(f"{muster.url}/admin/export/users", form | {"hashes": "on"}, timeout=60)
    mine = [json.loads(line) for line in lines.text.splitlines() if username in line]
    assert mine[0]["name"] == "=1+2" and mine[0]["password_hash"].startswith("$argon2id$")
    backup = browser.post(f"{muster.url}/admin/export/backup", form, timeout=60)
    assert backup.headers["Content-Disposition"].endswith('.backup"') and len(backup.content) > 10_000
    events = muster.request("GET", "/muster/v1/audit/events?limit=50&sort=-received").json()
    assert {"directory.backup", "user.export"} <= {event["action"] for event in events["events"]}


def test_a_backup_of_the_console_is_restored(admin, muster, tmp_path):
    form = {"token": admin.open("/admin/export").find('input[name="token"]').get_attribute("value")}
    cookies = {one["name"]: one["value"] for one in admin.driver.get_cookies()}
    answer = requests.post(
        f"{muster.url}/admin/export/backup",
        form,
        cookies=cookies,
        headers={"Sec-Fetch-Site": "same-origin"},
        timeout=60,
    )
    file = tmp_path / "muster.backup"
    file.write_bytes(answer.content)
    command = [binary(), "check", "--backup", file]
    done = subprocess.run(command, env=environment(), capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_pasted_list_is_imported_without_scripts(plain, muster):
    plain.sign_in(ADMINISTRATOR, muster.admin["password"])
    name = unique_username()
    plain.open("/admin/import").fill(list=json.dumps({"username": name, "name": "Pasted"}))
    plain.press("Look at the list")

    def looked():
        return "All lines can be taken" in plain.open(plain.path).text

    plain.wait(looked, "the lines were looked at")
    plain.press("Import: 1")
    plain.wait(lambda: "was imported" in plain.open(plain.path).text, "the import")
    assert muster.request("GET", f"/muster/v1/users?f={name}&limit=1").json()["users"]
