"""Whether everybody can read the pages: axe-core's rules, and nothing wider than its window or cut off in it."""

import pytest
from looks import schemes, too_narrow

from muster import ADMINISTRATOR

LONG = "Wolfeschlegelsteinhausenbergerdorff" * 4


@pytest.fixture(scope="module")
def pages(muster):
    """The pages of the console, of a directory with somebody in it whose name is long."""
    user = muster.create(username="x" * 200 + "@example.com", name=LONG)
    group = muster.request("POST", "/muster/v1/groups", json={"name": LONG}).json()
    return [
        "/account", "/account/password", "/account/security", "/account/security/app",
        "/account/keys", "/account/sessions", "/admin", "/admin?span=month", "/admin/users",
        "/admin/users?q=nobody-has-this-name", "/admin/users?cols=yes&col=hosts&col=id&col=changed",
        "/admin/users?factor=none&unused=30&keys=90&expires=now", "/admin/users/new", f"/admin/users/{user['id']}", f"/admin/users/{user['id']}?why=yes",
        "/admin/groups", f"/admin/groups/{group['id']}", "/admin/sessions", "/admin/audit",
        "/admin/settings", "/admin/import", "/admin/export", "/admin/users/999999",
    ]  # fmt: skip


def test_axe_finds_nothing_serious_in_light_and_dark(console, muster, pages):
    faults = {"/sign-in": schemes(console.open("/sign-in"))}
    console.sign_in(ADMINISTRATOR, muster.admin["password"])
    for path in pages:
        faults[path] = schemes(console.open(path))
    assert {path: found for path, found in faults.items() if found} == {}


def test_no_page_is_wider_than_its_window_and_nothing_is_cut_off(console, muster, pages):
    console.sign_in(ADMINISTRATOR, muster.admin["password"])
    faults = {path: too_narrow(console.open(path)) for path in pages}
    assert {path: found for path, found in faults.items() if found} == {}


def test_every_page_is_there_without_scripts(plain, muster, pages):
    plain.sign_in(ADMINISTRATOR, muster.admin["password"])
    for path in pages:
        assert plain.open(path).find("h1").text, path
        assert plain.path == path.split("?")[0]


def test_the_first_page_is_small_and_of_three_requests(console, muster):
    console.driver.execute_cdp_cmd("Network.clearBrowserCache", {})
    console.sign_in(ADMINISTRATOR, muster.admin["password"])
    loaded = console.driver.execute_script(
        """return performance.getEntriesByType('navigation')
        .concat(performance.getEntriesByType('resource'))
        .filter(one => one.name.startsWith('http')).map(one => one.decodedBodySize)"""
    )
    assert len(loaded) <= 3 and sum(loaded) < 60 * 1024, loaded
