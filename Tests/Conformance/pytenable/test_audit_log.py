"""`tio.audit_log.events`: what was done, by whom, to whom; filters, limits and pages."""

import re
from datetime import datetime, timedelta, timezone

import pytest
from client import NOWHERE
from tenable.errors import BadRequestError

from muster import PASSWORD, unique_username


def events_of(tio, *filters, **options):
    """The events as plain dicts."""
    return [event.to_dict() for event in tio.audit_log.events(*filters, **options)]


def page_of(tio, *filters, **options):
    """One answer of the server: its events and its pagination."""
    return tio.audit_log.events(*filters, return_json=True, **options)


@pytest.fixture
def history(tio):
    """A user to whom four things have happened: created, edited twice, deleted."""
    user = tio.users.create(unique_username(), PASSWORD, 16)
    tio.put(f"users/{user['id']}", json={"name": "First"})
    tio.put(f"users/{user['id']}", json={"name": "Second"})
    tio.users.delete(user["id"])
    return user


def test_an_event_has_these_fields(muster, tio, history):
    [event] = events_of(tio, ("target_id", "eq", history["uuid"]), ("action", "eq", "user.create"))
    assert re.fullmatch("[0-9a-f]{32}", event["id"])
    assert (event["action"], event["crud"], event["is_failure"]) == ("user.create", "c", False)
    assert event["actor"] == {"id": muster.admin["uuid"], "name": muster.admin["username"]}
    target = {"id": history["uuid"], "name": history["username"], "type": "User"}
    assert event["target"] == target
    assert event.keys() >= {"description", "is_anonymous"}
    assert all(field.keys() == {"key", "value"} for field in event["fields"])
    assert event["received"].endswith("Z")
    received = datetime.fromisoformat(event["received"])
    assert abs(datetime.now(timezone.utc) - received) < timedelta(minutes=1)


@pytest.mark.parametrize(
    "action, crud, count",
    [("user.create", "c", 1), ("user.update", "u", 2), ("user.delete", "d", 1)],
)
def test_each_change_is_one_event(tio, history, action, crud, count):
    events = events_of(tio, ("target_id", "eq", history["uuid"]), ("action", "eq", action))
    assert [(event["action"], event["crud"]) for event in events] == [(action, crud)] * count


@pytest.mark.parametrize(
    "change",
    [
        lambda tio, user: tio.users.enabled(user.id, False),
        lambda tio, user: tio.users.change_password(user.id, None, "another password"),
        lambda tio, user: tio.users.gen_api_keys(user.id),
        lambda tio, user: tio.users.edit_auths(user.id, saml_permitted=False),
        lambda tio, user: tio.users.two_factor(user.id, True, False),
    ],
    ids=["enabled", "change_password", "gen_api_keys", "edit_auths", "two_factor"],
)
def test_every_kind_of_change_is_recorded(tio, user, change):
    before = len(events_of(tio, ("target_id", "eq", user.uuid)))
    change(tio, user)
    events = events_of(tio, ("target_id", "eq", user.uuid))
    assert len(events) > before
    assert {event["actor"]["name"] for event in events} == {"admin@example.com"}


def test_what_was_refused_is_no_change(tio, user):
    before = events_of(tio, ("target_id", "eq", user.uuid))
    for changes in ({"permissions": 17}, {"name": 5}):
        with pytest.raises(BadRequestError):
            tio.put(f"users/{user.id}", json=changes)
    events = events_of(tio, ("target_id", "eq", user.uuid))
    assert [event for event in events if not event["is_failure"]] == before


def test_the_actor_is_whoever_asked(tio, connect, user):
    connect(user).session.edit("Myself", user.username)
    events = events_of(tio, ("actor_id", "eq", user.uuid))
    assert {event["actor"]["name"] for event in events} == {user.username}
    assert user.uuid in [event["target"]["id"] for event in events]


def test_a_login_is_recorded(muster, tio, user):
    assert muster.login(user.username).status_code == 200
    filters = ("actor_id", "eq", user.uuid), ("target_id", "eq", user.uuid)
    actions = {event["action"] for event in events_of(tio, *filters, filter_type="or")}
    assert actions & {"session.create", "user.authenticate.password"}


def test_no_event_shows_a_secret(muster, tio, connect, user):
    keys = connect(user).session.gen_api_keys()
    muster.login(user.username)
    text = tio.get("audit-log/v1/events", params={"limit": 10_000}).text
    for secret in (
        PASSWORD,
        keys["secretKey"],
        *user.keys[1:],
        muster.admin["secret_key"],
        "argon2",
    ):
        assert secret not in text


# Filters


def test_filters_join_by_and_or_by_or(tio, history, user):
    filters = [("target_id", "eq", history["uuid"]), ("action", "eq", "user.create")]
    assert len(events_of(tio, *filters)) == len(events_of(tio, *filters, filter_type="and")) == 1
    targets = [("target_id", "eq", history["uuid"]), ("target_id", "eq", user.uuid)]
    assert events_of(tio, *targets) == []
    found = {event["target"]["id"] for event in events_of(tio, *targets, filter_type="or")}
    assert found == {history["uuid"], user.uuid}


def test_a_filter_that_nothing_passes(tio):
    assert events_of(tio, ("target_id", "eq", NOWHERE)) == []
    assert page_of(tio, ("target_id", "eq", NOWHERE))["pagination"]["total"] == 0


@pytest.mark.parametrize(
    "operator, days, found",
    [("gt", -1, True), ("gt", 2, False), ("gte", -1, True), ("gte", 2, False)]
    + [("lt", 2, True), ("lt", -1, False), ("lte", 2, True), ("lte", -1, False)],
)
def test_dates(tio, history, operator, days, found):
    date = (datetime.now(timezone.utc) + timedelta(days=days)).strftime("%Y-%m-%d")
    events = events_of(tio, ("target_id", "eq", history["uuid"]), ("date", operator, date))
    assert len(events) == (4 if found else 0)


def test_the_example_of_the_documentation(tio, history):
    [event] = [
        event
        for event in tio.audit_log.events(("date", "gt", "2018-01-01"), limit=10_000)
        if event.target.id == history["uuid"] and event.action == "user.create"
    ]
    assert event.actor.name == "admin@example.com"


@pytest.mark.parametrize(
    "f", ["nope", "date.gt:yesterday", "colour.eq:red", "date.like:2018-01-01"]
)
def test_a_filter_that_means_nothing_is_refused(tio, f):
    with pytest.raises(BadRequestError):
        tio.get("audit-log/v1/events", params={"f": f})


# Limits, pages, order


@pytest.mark.parametrize("limit", [1, 2, 4, 10_000])
def test_a_limit_holds_for_one_answer(tio, history, limit):
    page = page_of(tio, ("target_id", "eq", history["uuid"]), limit=limit)
    count = min(limit, 4)
    assert len(page["events"]) == page["pagination"]["count"] == count
    assert (page["pagination"]["limit"], page["pagination"]["total"]) == (limit, 4)


def test_the_limit_is_50_by_default(tio, user):
    for number in range(51):
        tio.put(f"users/{user.id}", json={"name": f"Name {number}"})
    page = tio.get("audit-log/v1/events", params={"f": f"target_id.eq:{user.uuid}"}).json()
    assert len(page["events"]) == page["pagination"]["limit"] == 50
    assert (page["pagination"]["offset"], page["pagination"]["count"]) == (0, 50)
    assert page["pagination"]["total"] >= 52


@pytest.mark.parametrize("limit", ["-1", "many"])
def test_a_limit_that_means_nothing_is_refused(tio, limit):
    with pytest.raises(BadRequestError):
        tio.get("audit-log/v1/events", params={"limit": limit})


@pytest.mark.parametrize("limit", [1, 3])
def test_the_iterator_walks_over_all_pages(tio, history, limit):
    events = events_of(tio, ("target_id", "eq", history["uuid"]), limit=limit)
    assert len({event["id"] for event in events}) == len(events) == 4


def test_an_offset_starts_later(tio, history):
    parameters = {"f": f"target_id.eq:{history['uuid']}", "sort": "received:asc"}
    ids = []
    for offset in range(4):
        window = parameters | {"limit": 1, "offset": offset}
        page = tio.get("audit-log/v1/events", params=window).json()
        assert page["pagination"]["offset"] == offset
        ids += [event["id"] for event in page["events"]]
    assert len(set(ids)) == 4


def test_events_are_sorted_by_time(tio, history):
    of_the_user = ("target_id", "eq", history["uuid"])
    actions = [event["action"] for event in events_of(tio, of_the_user, sort="received:asc")]
    assert actions == ["user.create", "user.update", "user.update", "user.delete"]
    newest_first = [event["action"] for event in events_of(tio, of_the_user, sort="received:desc")]
    assert newest_first == actions[::-1]
