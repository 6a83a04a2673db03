"""What clients of RADIUS are told by a FreeRADIUS that asks Muster."""

from conftest import edit
from freeradius import quoted

from muster import PASSWORD


def test_a_right_password_comes_in_with_what_devices_are_told(radius, muster, jane):
    answer = radius.log_in(jane["username"], PASSWORD)
    assert answer.word == "Access-Accept", answer
    told = answer.attributes
    assert bytes.fromhex(told["Class"][0][2:]).decode() == jane["uuid"]
    assert told["Filter-Id"] == ["ops"]
    assert told["Management-Privilege-Level"] == ["10"]
    assert told["Huawei-Exec-Privilege"] == ["15"]
    assert told["Juniper-Local-User-Name"] == ["admin-template"]
    assert "Message-Authenticator" in told
    assert "Cisco-AVPair" not in told and "Mikrotik-Group" not in told and "Nobodys-Attribute" not in told
    boss = muster.create(64)
    told = radius.log_in(boss["username"], PASSWORD).attributes
    assert told["Service-Type"] == ["Administrative-User"]
    assert told["Cisco-AVPair"][0] == "shell:priv-lvl=15" and len(told["Cisco-AVPair"]) == 2


def test_many_groups_with_long_names_cost_neither_the_rest_of_the_answer_nor_its_proof(radius, muster, jane):
    for place in range(16):
        group = muster.request("POST", "/groups", json={"name": f"{jane['id']}-{place}-".ljust(253, "x")}).json()
        added = muster.request("POST", f"/groups/{group['id']}/users/{jane['id']}")
        assert added.status_code < 300, added.text
    answer = radius.log_in(jane["username"], PASSWORD)
    assert answer.word == "Access-Accept", answer
    told = answer.attributes
    assert told["Filter-Id"][0] == "ops" and len(told["Filter-Id"]) == 9
    # They come last, and are what a packet that is too long is without.
    assert told["Management-Privilege-Level"] == ["10"] and told["Huawei-Exec-Privilege"] == ["15"]
    assert "Message-Authenticator" in told


def test_whoever_may_not_come_in_is_rejected_alike(radius, muster, jane):
    name = jane["username"]
    answers = [
        radius.log_in(name, "wrong"),
        radius.log_in("nobody@example.com", PASSWORD),
        radius.log_in(name, "a" * 129),
        radius.log_in(name, PASSWORD, state="0x6162"),
    ]
    edit(muster, jane, hosts=["203.0.113.0/24"])
    answers += [radius.log_in(name, PASSWORD, station) for station in ["192.0.2.7", "02-00-5E-10-00-00", None]]
    assert radius.log_in(name, PASSWORD, "203.0.113.9:5555").word == "Access-Accept"
    edit(muster, jane, hosts=[], enabled=False)
    answers.append(radius.log_in(name, PASSWORD))
    assert {answer.word for answer in answers} == {"Access-Reject"}, answers
    assert {tuple(answer.attributes["Reply-Message"]) for answer in answers} == {("Login failed",)}


def test_what_is_not_signed_is_not_answered(radius, jane):
    asked = [f"User-Name = {quoted(jane['username'])}", f"User-Password = {quoted(PASSWORD)}"]
    assert radius.ask(*asked, signed=False, timeout=2).word is None


def test_no_other_password_check_is_taken(radius, jane):
    asked = [f"User-Name = {quoted(jane['username'])}", f"CHAP-Password = {quoted(PASSWORD)}"]
    assert radius.ask(*asked).word == "Access-Reject"


def test_texts_are_never_templates(radius, muster):
    name = "%{User-Password}"
    group = muster.request("POST", "/groups", json={"name": name}).json()
    password = 'Walnut-%{User-Name}-82"\\Lantern'
    user = muster.create(16, password=password)
    muster.request("POST", f"/groups/{group['id']}/users/{user['id']}")
    answer = radius.log_in(user["username"], password)
    assert answer.word == "Access-Accept", answer
    assert answer.attributes["Filter-Id"] == [name]


def test_bytes_that_are_no_utf8_open_nothing_and_keep_nobody_out(radius, jane):
    name, password = f"User-Name = {quoted(jane['username'])}", f"User-Password = {quoted(PASSWORD)}"
    # An ü of Latin-1, as an access point may have it in the name of its network.
    asked = radius.ask(name, password, 'Called-Station-Id = "02-00-5E-10-00-07:B\\374ro"')
    assert asked.word == "Access-Accept", asked
    for who, what in [
        ('User-Name = "j\\374rg"', password),
        ('User-Name = "\\377\\376"', password),
        ('User-Name = "\\355\\240\\200"', password),
        (name, 'User-Password = "\\377\\376"'),
        (name, f'User-Password = "{PASSWORD}\\374"'),
    ]:
        answer = radius.ask(who, what)
        assert answer.word == "Access-Reject", answer
        assert answer.attributes["Reply-Message"] == ["Login failed"], answer
    assert radius.log_in(jane["username"], PASSWORD).word == "Access-Accept"


def test_a_code_that_was_sent_ends_a_login_once(radius, muster, jane):
    name = jane["username"]
    done = muster.request("PATCH", f"/muster/v1/users/{jane['id']}/two-factor", json={"email_enabled": True})
    assert done.status_code == 204, done.text
    known = len(muster.messages(name))
    asked = radius.log_in(name, PASSWORD)
    assert asked.word == "Access-Challenge", asked
    assert asked.attributes["Reply-Message"] == ["Enter the code that was sent to you"]
    state = asked.attributes["State"][0]
    code = muster.newest_code(name, known)
    wrong = "000000" if code != "000000" else "111111"
    assert radius.log_in(name, wrong, state=state).word == "Access-Reject"
    assert radius.log_in(name, code, "198.51.100.9", state=state).word == "Access-Reject"
    assert radius.log_in(name, code, state=state).word == "Access-Accept"
    assert radius.log_in(name, code, state=state).word == "Access-Reject"


def test_logins_are_in_the_audit_log(radius, muster, jane):
    radius.log_in(jane["username"], "wrong", station="02-00-5E-10-00-07")
    events = muster.request("GET", "/muster/v1/audit/events?limit=1000").json()["events"]
    shown = [str(event) for event in events]
    assert any("radius" in text and "localhost" in text and "02-00-5E-10-00-07" in text for text in shown), shown


def test_the_audit_log_says_which_device_asked(radius, muster, jane):
    asked = radius.ask(
        f"User-Name = {quoted(jane['username'])}",
        f"User-Password = {quoted(PASSWORD)}",
        'NAS-Identifier = "switch 7"',
        "NAS-IP-Address = 198.51.100.7",
        "NAS-Port-Type = Ethernet",
        "Service-Type = Framed-User",
    )
    assert asked.word == "Access-Accept", asked
    events = muster.request("GET", "/muster/v1/audit/events?limit=1000").json()["events"]
    told = {"nas": "switch 7", "nas_address": "198.51.100.7", "port_type": "Ethernet", "service_type": "Framed-User"}
    assert any(told.items() <= fields(event).items() for event in events), events


def fields(event):
    """What an event has beside who did what."""
    return {field["key"]: field["value"] for field in event["fields"] or []}


def test_who_asks_needs_keys_and_the_right(muster, keys):
    path = "/muster/v1/radius?client=x"
    assert muster.request("POST", path, json={}, keys=None).status_code == 401
    known = len(muster.log())
    assert muster.request("POST", path, json={}, keys=("0" * 64, "0" * 64)).status_code == 401
    # Not a login that was refused: FreeRADIUS itself is.
    muster.assert_logged("http.route=/muster/v1/radius reason=credentials.invalid", after=known)
    plain = muster.create(16)
    assert muster.request("POST", path, json={}, keys=muster.keys_of(plain["id"])).status_code == 403
    assert muster.request("POST", path, json={}, keys=keys).status_code == 400


def test_a_server_that_is_away_rejects_until_it_is_back(radius, muster, jane):
    muster.stop()
    assert radius.log_in(jane["username"], PASSWORD).word == "Access-Reject"
    muster.start()
    assert radius.log_in(jane["username"], PASSWORD).word == "Access-Accept"


def test_many_at_a_time_are_all_answered(radius, muster, jane, tmp_path):
    lines = [
        f"User-Name = {quoted(jane['username'] if turn % 10 else f'nobody{turn}')}, User-Password = {quoted(PASSWORD)}, "
        f"Calling-Station-Id = \"192.0.2.{turn}\", Message-Authenticator = 0x00"
        for turn in range(1, 61)
    ]
    counts, said = radius.log_in_many(lines, tmp_path / "many", tries=5, seconds=10, timeout=120)
    assert counts.get("Lost") == "0", said
    assert int(counts["Accepted"]) + int(counts["Rejected"]) == 60, said
