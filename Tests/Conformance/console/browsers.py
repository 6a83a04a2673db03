"""Chromium without a window, as tests and pictures need it."""

from selenium import webdriver
from selenium.webdriver.chrome.service import Service


def chromium(scheme="light", scripts=True, width=1280):
    """A browser without a window."""
    options = webdriver.ChromeOptions()
    options.binary_location = "/usr/bin/chromium"
    for argument in (
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--force-color-profile=srgb",
        f"--window-size={width},900",
    ):
        options.add_argument(argument)
    if not scripts:
        options.add_experimental_option(
            "prefs", {"profile.managed_default_content_settings.javascript": 2}
        )
    driver = webdriver.Chrome(options=options, service=Service("/usr/bin/chromedriver"))
    driver.set_page_load_timeout(300)
    driver.set_script_timeout(300)
    prefer(driver, scheme)
    return driver


def prefer(driver, scheme):
    """Has the system prefer light or dark, and no movement, in which colours would be between two."""
    wanted = {"prefers-color-scheme": scheme, "prefers-reduced-motion": "reduce"}
    features = [{"name": name, "value": value} for name, value in wanted.items()]
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
