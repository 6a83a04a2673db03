"""Figures of the overview, and the lists behind them."""

import re
import sqlite3
from contextlib import closing
from datetime import datetime

import pytest

from muster import unique_username

HUNDRED_DAYS = 100 * 86_400_000
# More wrong passwords than are borne.
TOO_MANY = 7

COLUMNS = """return Array.from(document.querySelectorAll('svg.chart rect')).map(
  one => [one.classList[0], ...['x', 'y', 'height'].map(name => Number(one.getAttribute(name)))])"""
ROWS = """return Array.from(document.querySelectorAll('details.more tbody tr')).map(
  one => [one.querySelector('time').dateTime, ...Array.from(one.querySelectorAll('a'), link => [parseInt(link.textContent), link.href])])"""


def lock(muster, username):
    for _ in range(TOO_MANY):
        assert muster.login(username, "not this one").status_code == 401


def change(muster, user, **values):
    assert muster.request("PATCH", f"/muster/v1/users/{user['id']}", json=values).ok


@pytest.fixture(scope="module")
def lived_in(muster):
    """A directory of a while ago, with somebody in it of each kind that is counted."""
    disabled, expired, locked, idle = (muster.create() for _ in range(4))
    change(muster, disabled, enabled=False)
    change(muster, expired, expires_at=1_577_836_800_000)
    lock(muster, locked["username"])
    muster.keys_of(idle["id"])
    muster.stop()
    with closing(sqlite3.connect(muster.data_dir / "muster.sqlite")) as database, database:
        for table, column in (("user", "id"), ("api_key", "user_id")):
            line = f"UPDATE {table} SET created_at = created_at - {HUNDRED_DAYS} WHERE {column} = ?"
            database.execute(line, (idle["id"],))
        # What happened first is longest ago.
        for quarter in (1, 2, 3):
            line = "UPDATE audit_event SET at = at - 7200000 WHERE id <= (SELECT max(id) FROM audit_event) * ? / 4"
            database.execute(line, (quarter,))
    muster.start()


def listed(console):
    """How many the list on the page says that it has."""
    pager = console.all(".pager .small")
    if not pager:
        assert "Nobody" in console.text
        return 0
    return int(re.match(r"\d+ / (\d+)", pager[0].text)[1])


def test_each_figure_leads_to_a_list_of_as_many(admin, muster, lived_in):
    admin.open("/admin")
    admin.wait(lambda: not admin.all("[data-follow]"), "the count")
    tiles = [(one.text.split("\n"), one.get_attribute("href")) for one in admin.all("a.figure")]
    figures = {name: int(value) for (value, name), _ in tiles}
    assert len(tiles) == 9 and all(figures.values()), figures
    assert figures["users"] == figures["enabled"] + figures["disabled"]
    found = {name: listed(admin.open(href.removeprefix(admin.root))) for (_, name), href in tiles}
    assert found == figures


def test_columns_and_table_have_the_same_figures_and_the_log_has_as_many(admin, muster, lived_in):
    admin.open("/admin")
    rows = [(datetime.fromisoformat(moment), *figures) for moment, *figures in admin.run(ROWS)]
    assert len(rows) > 1 and any(refused for _, _, (refused, _) in rows)
    most = max(signed_in + refused for _, (signed_in, _), (refused, _) in rows)
    assert admin.find("figure .ends.number").text == str(most)
    shown = {}
    for kind, x, y, height in admin.run(COLUMNS):
        shown.setdefault((x - 3) // 24, []).append((kind, y, height))
    newest = max(place for place, bars in shown.items() if any(height for _, _, height in bars))
    columns = {place: [("in", 120, 0), ("out", 120, 0)] for place in range(24)}
    for moment, (signed_in, _), (refused, _) in rows:
        place = newest - round((rows[0][0] - moment).total_seconds() / 3600)
        high, higher = signed_in * 120 // most, refused * 120 // most
        columns[place] = [("in", 120 - high, high), ("out", 120 - high - higher, higher)]
    assert columns == shown
    for _, (signed_in, sessions), (refused, events) in rows:
        assert listed(admin.open(sessions.removeprefix(admin.root))) == signed_in
        # Those that were refused stand among all that happened then.
        assert listed(admin.open(events.removeprefix(admin.root))) >= signed_in + refused


def test_filters_leave_whom_they_say(admin, muster):
    prefix = unique_username("fit").split("@")[0]
    roles = {"locked": 16, "member": 16, "standard": 32}
    users = {kind: muster.create(role, username=f"{prefix}-{kind}@example.com") for kind, role in roles.items()}
    lock(muster, users["locked"]["username"])
    group = muster.request("POST", "/muster/v1/groups", json={"name": prefix}).json()["id"]
    for kind in ("standard", "member"):
        path = f"/muster/v1/groups/{group}/members/{users[kind]['id']}"
        assert muster.request("PUT", path).ok

    def shows(*wanted):
        names = sorted(users[kind]["username"] for kind in wanted)
        shown = "return Array.from(document.querySelectorAll('#results tbody td a'), one => one.innerText)"
        admin.wait(lambda: admin.run(shown) == names, names)

    admin.open(f"/admin/users?q={prefix}")
    shows(*roles)
    admin.fill(role="standard")
    shows("standard")
    admin.fill(role="basic")
    shows("locked", "member")
    admin.fill(role="", state="locked")
    shows("locked")
    admin.fill(state="", group=str(group))
    shows("member", "standard")
    admin.fill(role="basic")
    shows("member")
    admin.driver.refresh()
    shows("member")
    assert admin.field("group").get_attribute("value") == str(group)
