"""Pages that no address opens, since something is typed or pressed before: walks that say what they have come to.

They need no scripts.
"""

from pages import CODES, KEY, PHONE

from apps import earlier_code, enrolled, oathtool
from muster import ADMINISTRATOR, PASSWORD, unique_username

LONG = "Wolfeschlegelsteinhausenbergerdorff" * 4
LABEL = "Telephone-of-somebody-who-gives-long-names-to-what-he-has"


def of_oneself(console, muster):
    """Second factors and keys are set up, and a sign-in is finished by them."""
    username = unique_username("w" * 120)
    # A number gets one code in half a minute, whosever it is.
    phone = f"+41791{muster.create(username=username, name=LONG)['id']:06}"
    console.sign_in(username, PASSWORD).open("/account/security/app").fill(label=LABEL).press("Next")
    yield "a new app"
    secret = console.find("#secret").get_attribute("value")
    console.fill(code="00000x").press("Confirm")
    yield "a new app, and a code that is none of its"
    console.fill(code=earlier_code(secret)).press("Confirm")
    yield "recovery codes"
    console.press("I have kept them").press("Remove")
    yield "an app to be removed"
    console.press("Cancel").fill(PHONE, phone=phone, password=PASSWORD).press("Send a code", PHONE)
    yield "the code of a phone"
    console.fill(code="00000x").press("Verify")
    yield "the code of a phone, and it was wrong"
    console.open("/account/security").tick("email").fill(CODES, password=PASSWORD).press("Save", CODES)
    yield "an app, and codes by e-mail"
    console.open("/account/keys").fill(key="ssh-ed25519 AAAA " + LONG).press("Add an SSH key")
    yield "an SSH key that is none"
    console.fill(key=KEY + LONG).press("Add an SSH key")
    yield "an SSH key to be confirmed"
    console.press("Add this key").press("Make API keys")
    yield "API keys"
    console.open("/account/password").fill(current_password=PASSWORD, password="short").press("Change password")
    yield "a password that is too short"
    console.press("Sign out", within="header").sign_in(username, PASSWORD)
    assert console.path == "/sign-in/factor"
    yield "the second step"
    console.press("Send a code by e-mail")
    code = muster.newest_code(username, known=1)
    yield "the second step, and a code is on its way"
    console.fill(code="00000x").press("Sign in")
    yield "the second step, and a code that was wrong"
    console.fill(code=code).press("Sign in")
    assert console.path == "/account"
    console.press("Sign out", within="header").sign_in(username, PASSWORD)
    console.fill(code=oathtool(secret)).press("Sign in")
    assert console.path == "/account"


def of_administration(console, muster):
    """Many are asked about, a list is refused, somebody else was faster, a session ends, and somebody acts for another."""
    prefix = unique_username("y" * 120).split("@")[0]
    users = [muster.create(username=f"{prefix}-{place}@example.com", name=LONG) for place in range(3)]
    first, last = users[0]["id"], users[2]["id"]
    enrolled(muster, muster.login(users[0]["username"]).json()["token"], label=LABEL)
    group = muster.request("POST", "/muster/v1/groups", json={"name": unique_username(LONG).split("@")[0]}).json()["id"]
    assert muster.request("PUT", f"/muster/v1/groups/{group}/members/{first}").ok
    console.sign_in(ADMINISTRATOR, muster.admin["password"]).open(f"/admin/users?q={prefix}")
    for box in console.all("input[name=user]"):
        box.click()
    console.fill(action="close-ways").press("Go on")
    yield "a question about many"
    console.press("Close ways in")
    yield "a question about many that was not answered"
    muster.request("DELETE", f"/users/{last}")
    console.tick("way", "api").press("Close ways in")
    assert "2 done, 1 not done." in console.text
    yield "what has come of many"
    lines = [f"{prefix},10.0.0.1/8,{LONG}", f"{prefix} b,,", "a,b"]
    console.open("/admin/import").fill(list="username,hosts,name\n" + "\n".join(lines)).press("Look at the list")
    where = console.path
    console.wait(lambda: "Some lines cannot be taken" in console.open(where).text, "the lines were looked at")
    yield "an import with lines that cannot be taken"
    console.open(f"/admin/users/{first}").fill(name="Mine", note="Typed by the second", timeout="60")
    changed = {"name": LONG + "-Theirs", "hosts": [f"10.{place}.0.0/16" for place in range(20)]}
    assert muster.request("PATCH", f"/muster/v1/users/{first}", json=changed).ok
    console.press("Save")
    assert "changed meanwhile" in console.text
    yield "a user whom somebody else has changed"
    console.open("/admin/users/new").fill(username="a b", hosts="10.0.0.1/8").press("Make the user")
    yield "a form with a fault"
    console.open("/admin/users/new").fill(username=unique_username(), name=LONG, password=PASSWORD)
    console.driver.delete_cookie("muster_console")
    console.press("Make the user")
    assert "what you had typed is kept" in console.text
    yield "a form that outlives its session"
    console.fill(username=ADMINISTRATOR, password=muster.admin["password"]).press("Sign in")
    yield "a form to be sent once more"
    console.open(f"/admin/users/{first}").press("Act as this user")
    assert "You are acting as" in console.text
    yield "somebody who acts for another"
    console.press("Stop acting", within="body")
