"""More than a page holds: whatever is asked for, a thousand come at once, and everybody comes once."""

import json

import pytest
from conftest import SETTINGS, Scim

from muster import Muster

USERS, GROUPS, MOST = 2_003, 1_002, 1_000


@pytest.fixture(scope="module")
def scim():
    """A server of its own with so many users and groups."""
    with Muster(SETTINGS) as muster:
        lines = "".join(json.dumps({"username": f"page{n:05}"}) + "\n" for n in range(USERS - 1))
        made = muster.request(
            "POST", "/muster/v1/users/import", body=lines, headers={"Content-Type": "application/x-ndjson"}
        )
        assert json.loads(made.text.splitlines()[-1])["created"] == USERS - 1
        scim = Scim(muster)
        body = {"schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"]}
        for numbers in [range(MOST), range(MOST, GROUPS)]:
            operations = [
                {"method": "POST", "path": "/Groups", "bulkId": str(n), "data": {"displayName": f"group{n:05}"}} for n in numbers
            ]
            done = scim.post("/Bulk", body | {"Operations": operations})
            assert {one["status"] for one in done.json["Operations"]} == {"201"}, done.text
        yield scim


@pytest.mark.parametrize("kind, total", [("Users", USERS), ("Groups", GROUPS)])
def test_a_count_beyond_the_most_is_the_most(scim, kind, total):
    for count in [MOST, MOST + 1, 100_000, 2**31 - 1, 2**63 - 1]:
        page = scim.get(f"/{kind}?count={count}").json
        assert (page["totalResults"], page["itemsPerPage"], len(page["Resources"])) == (total, MOST, MOST), count
    asked = scim.post(f"/{kind}/.search", {"count": 100_000}).json
    assert asked["Resources"] == scim.get(f"/{kind}?count={MOST}").json["Resources"]
    filtered = scim.get(f"/{kind}?count=100000&filter=id%20pr").json
    assert (filtered["totalResults"], filtered["itemsPerPage"]) == (total, MOST)


@pytest.mark.parametrize("kind, total", [("Users", USERS), ("Groups", GROUPS)])
def test_page_after_page_everybody_comes_once(scim, kind, total):
    counted = []
    while page := scim.get(f"/{kind}?count=100000&startIndex={len(counted) + 1}").json["Resources"]:
        counted += [one["id"] for one in page]
    assert len(counted) == len(set(counted)) == total
    pages, cursor = [], ""
    while cursor is not None:
        answer = scim.get(f"/{kind}?count=100000&cursor={cursor}").json
        pages.append([one["id"] for one in answer["Resources"]])
        cursor = answer.get("nextCursor")
    assert [len(page) for page in pages] == [min(MOST, total - start) for start in range(0, total, MOST)]
    assert sum(pages, []) == counted


def test_the_bound_is_the_one_that_is_told(scim):
    told = scim.get("/ServiceProviderConfig").json
    assert told["filter"]["maxResults"] == told["pagination"]["maxPageSize"] == MOST
