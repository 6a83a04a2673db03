"""The console by the keyboard alone."""

from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

from muster import ADMINISTRATOR, unique_username

# Where the keyboard is, and whether one sees that.
FOCUS = """const one = document.activeElement, box = one.getBoundingClientRect(), style = getComputedStyle(one);
return {name: one.name || '', text: (one.innerText || '').trim(), tag: one.tagName,
  isSeen: style.outlineStyle !== 'none' && box.width > 0 && box.bottom > 0 && box.top < innerHeight}"""
MOST = 120


class Keyboard:
    """Presses keys, and knows nothing of a mouse."""

    def __init__(self, console):
        self.console = console

    def type(self, *keys):
        ActionChains(self.console.driver).send_keys(*keys).perform()

    def select_all(self):
        ActionChains(self.console.driver).key_down(Keys.CONTROL).send_keys("a").key_up(Keys.CONTROL).perform()

    @property
    def focus(self):
        return self.console.run(FOCUS)

    def tab_to(self, name="", text=""):
        """Goes on by TAB to a field or to what says something; wherever that leads, one sees where one is."""
        for _ in range(MOST):
            self.type(Keys.TAB)
            focus = self.focus
            assert focus["isSeen"] or focus["tag"] == "BODY", focus
            if name and focus["name"] == name or text and text in focus["text"].split("\n"):
                return
        raise AssertionError(f"nothing that is {name or text} on {self.console.path}")

    def wait_for(self, path):
        self.console.wait(lambda: self.console.path == path, path)


def test_a_user_is_made_by_the_keyboard_alone_and_a_fault_is_where_the_focus_is(console, muster):
    keys, username = Keyboard(console), unique_username()
    console.open("/sign-in")
    assert keys.focus["name"] == "username"
    keys.type(ADMINISTRATOR, Keys.TAB, muster.admin["password"], Keys.ENTER)
    keys.wait_for("/admin")
    # The count comes later, and with it the figures to which the keyboard goes.
    console.wait(lambda: not console.all("[data-follow]"), "the count")
    keys.tab_to(text="Skip to content")
    keys.type(Keys.ENTER, Keys.TAB)
    assert console.run("return document.querySelector('main').contains(document.activeElement)")
    assert "users" in keys.focus["text"]
    keys.type(Keys.ENTER)
    keys.wait_for("/admin/users")
    keys.tab_to(text="New user")
    keys.type(Keys.ENTER)
    keys.wait_for("/admin/users/new")
    keys.tab_to(name="username")
    keys.type(username)
    keys.tab_to(name="hosts")
    keys.type("10.0.0.1/8")
    keys.tab_to(text="Make the user")
    keys.type(Keys.ENTER)
    console.wait(lambda: console.all("[aria-invalid=true]"), "the fault")
    console.wait(lambda: keys.focus["name"] == "hosts", "the focus")
    field = console.driver.switch_to.active_element
    assert field.get_attribute("aria-invalid") == "true"
    assert field.get_attribute("value") == "10.0.0.1/8"
    told = [console.find(f"#{number}") for number in field.get_attribute("aria-describedby").split()]
    errors = [one.text for one in told if "error" in one.get_attribute("class")]
    assert errors == [one.text for one in console.all("main .field .error")] and "10.0.0.1/8" in errors[0]
    assert errors[0] in console.find("main [role=alert]").text
    keys.select_all()
    keys.type("10.0.0.0/8")
    keys.tab_to(text="Make the user")
    keys.type(Keys.ENTER)
    console.wait(lambda: "Created." in console.text, "the user")
    assert console.find("main [role=status]").text == "Created."
    found = muster.request("GET", f"/muster/v1/users?f={username}").json()["users"]
    assert [user["hosts"] for user in found] == [["10.0.0.0/8"]]
