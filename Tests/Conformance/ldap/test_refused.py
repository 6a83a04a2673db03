"""Who is refused, all in the same words; passwords that could be read on the way; and a directory that fills a hundred pages."""

from conftest import bring
from muster import PASSWORD
from tree import PEOPLE
from wire import Stream, bind


def made(directory, name, **fields):
    body = {"username": name, "password": PASSWORD, "permissions": 16} | fields
    answer = directory.muster.request("POST", "/muster/v1/users", json=body)
    assert answer.status_code < 300, answer.text
    return answer.json()["id"]


def test_whoever_is_refused_hears_the_same_whatever_the_reason(directory):
    muster = directory.muster
    disabled, hosted, closed = (made(directory, f"refused-{word}") for word in ["off", "hosts", "door"])
    coded = made(directory, "refused-codes", email="codes@example.com")
    made(directory, "refused-locked")
    for method, path, body in [
        ("PUT", f"/users/{disabled}/enabled", {"enabled": False}),
        ("PATCH", f"/muster/v1/users/{coded}/two-factor", {"email_enabled": True}),
        ("PATCH", f"/muster/v1/users/{hosted}", {"hosts": ["192.0.2.0/24"]}),
        ("PUT", f"/users/{closed}/authorizations", {"api_permitted": True, "password_permitted": False, "saml_permitted": True}),
    ]:
        answer = muster.request(method, path, json=body)
        assert answer.status_code < 300, answer.text
    for _ in range(7):
        with Stream(directory) as stream:
            stream.send(bind(1, "refused-locked", "wrong"))
            assert stream.answer().code == 49
    said = set()
    for word in ["off", "codes", "hosts", "door", "locked", "nobody"]:
        with Stream(directory) as stream:
            stream.send(bind(1, f"refused-{word}"))
            answer = stream.answer()
            said.add((answer.code, answer.body, answer.controls))
    with Stream(directory) as stream:
        stream.send(bind(1, "carl", "wrong"))
        answer = stream.answer()
        said.add((answer.code, answer.body, answer.controls))
    assert len(said) == 1 and {code for code, _, _ in said} == {49}, said


def test_no_password_is_taken_without_tls_where_none_is_to_be(strict):
    user = strict.muster.request("GET", "/muster/v1/users/carl").json()
    keys = ":".join(strict.muster.keys_of(user["id"]))
    for password in [PASSWORD, "wrong", keys]:
        answer = strict.run("ldapwhoami", bind="carl", password=password)
        assert answer.code == 13 and "use TLS" in answer.err, answer
    change = strict.run("ldappasswd", "-a", PASSWORD, "-s", "Another-Walnut-93-Ferry", bind="carl")
    assert change.code == 13, change
    made(strict, "tilda")
    new = "Another-Walnut-93-Ferry"
    assert strict.run("ldappasswd", "-ZZ", "-a", PASSWORD, "-s", new, bind="tilda").code == 0
    assert strict.run("ldapwhoami", "-ZZ", bind="tilda", password=new).code == 0
    assert strict.run("ldapwhoami", "-ZZ", bind="tilda").code == 49
    assert strict.run("ldapwhoami", bind="").code == 0
    for how in [{}, {"url": strict.secure_url}]:
        more = [] if how else ["-ZZ"]
        assert strict.run("ldapwhoami", *more, bind="carl", **how).code == 0
        assert strict.run("ldapwhoami", *more, bind="carl", password=keys, **how).code == 0


def test_of_ten_thousand_users_each_is_on_one_page(strict):
    bring(strict, [f"page{count:05}" for count in range(10_000)])
    asked = "(&(objectClass=posixAccount)(uid=page*))"
    wanted = {f"uid=page{count:05},{PEOPLE}" for count in range(10_000)}
    for more in [["-E", "pr=100/noprompt"], []]:
        found = strict.search("-ZZ", *more, asked, "1.1", timeout=600)
        assert found.code == 0 and len(found.names) == 10_000 and set(found.names) == wanted, found.err
    few = strict.search("-ZZ", "-z", "5", asked, "1.1")
    assert few.code == 4 and len(few.names) == 5
