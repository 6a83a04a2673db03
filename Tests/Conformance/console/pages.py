"""The console as a person uses it: links, labels and buttons, and what stands on the page."""

from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import Select, WebDriverWait

# As long as ten thousand lines may take on a busy machine.
SECONDS = 300

# RFC 8032 section 7.1, test 1, and what ssh-keygen -l says of it.
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINdamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea desk"
FINGERPRINT = "SHA256:bbXpuKG6zhzdmnxq256TlqzFBzRl2f6OOg722cYNbU8"
# Forms of a page that has several with fields of the same name.
CODES, PHONE = (f"form[action='/account/security/{name}']" for name in ("codes", "phone"))

# The first button or link that says something.
SAYING = """const [within, words] = arguments, all = document.querySelectorAll(`:is(${within}) :is(button, a)`);
return Array.from(all).find(one => one.checkVisibility() && one.innerText.trim().startsWith(words))"""


class Console:
    """One browser on one server."""

    def __init__(self, driver, root):
        self.driver, self.root = driver, root

    def open(self, path):
        self.driver.get(self.root + path)
        return self

    @property
    def path(self):
        return self.driver.current_url.removeprefix(self.root).split("?")[0]

    @property
    def text(self):
        return self.driver.find_element(By.TAG_NAME, "body").text

    def find(self, selector):
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def all(self, selector):
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def field(self, name, within="main"):
        return self.find(f'{within} [name="{name}"]:not([type=hidden])')

    def fill(self, within="main", **values):
        for name, value in values.items():
            field = self.field(name, within)
            if field.tag_name == "select":
                Select(field).select_by_value(value)
                # The driver tells the page of a change alone; whoever chooses by hand causes this as well.
                self.run("arguments[0].dispatchEvent(new Event('input', {bubbles: true}))", field)
            else:
                field.clear()
                field.send_keys(value)
        return self

    def tick(self, name, value="on"):
        self.find(f'input[name="{name}"][value="{value}"]').click()
        return self

    def run(self, script, *arguments):
        """What a script in the page says."""
        return self.driver.execute_script(script, *arguments)

    def press(self, words, within="main"):
        """Presses the button, or follows the link, that says these words, and waits for the page behind it."""
        element = self.run(SAYING, within, words)
        assert element, f"no {words!r} on {self.path}:\n{self.text}"
        old = self.driver.find_element(By.TAG_NAME, "html")
        element.click()
        self.wait(lambda: self._is_gone(old), f"the page behind {words}")
        return self

    @staticmethod
    def _is_gone(element):
        try:
            element.is_enabled()
        except Exception:  # noqa: BLE001 - whatever a stale element throws
            return True
        return False

    def wait(self, condition, what):
        # What was looked at may have gone with its page.
        waiting = WebDriverWait(self.driver, SECONDS, 0.05, [StaleElementReferenceException])
        return waiting.until(lambda _: condition(), what)

    def sign_in(self, username, password):
        self.open("/sign-in")
        return self.fill(username=username, password=password).press("Sign in")
