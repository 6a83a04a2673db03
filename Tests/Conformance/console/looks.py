"""What axe-core finds on a page, and what a narrow window cuts off of it."""

from axe_core_python.base import AXE_SCRIPT
from browsers import prefer

# 640 is what is left of 1280 at a zoom of 200 % (WCAG 2.2, 1.4.4); 320 is asked for by 1.4.10.
WIDTHS = (320, 390, 640, 1280)

# What is wider than its place and would not be seen; names in the head end in dots by intent, and their title has all.
CUT_OFF = """return Array.from(document.querySelectorAll('main *, .as *')).filter(one => {
  if (one.clientWidth === 0 || one.scrollWidth <= one.clientWidth + 1) return false;
  const style = getComputedStyle(one);
  return style.overflowX !== 'visible' && style.clipPath === 'none' && !one.matches('input, textarea, select');
}).map(one => one.outerHTML.slice(0, 120))"""

RULES = """const [rules, done] = arguments, options = {resultTypes: ['violations']};
if (rules) options.runOnly = rules;
axe.run(document, options).then(found => done(found.violations), error => done({failed: String(error)}))"""


def _findings(driver, rules=None):
    found = driver.execute_async_script(RULES, rules)
    assert isinstance(found, list), found
    return [
        f"{one['id']}: {one['help']}: {node['html'][:160]}"
        for one in found
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"][:3]
    ]


def schemes(console):
    """What axe finds on the page that is open, in light and, of colours, in dark."""
    driver = console.driver
    driver.execute_script(AXE_SCRIPT)
    found = _findings(driver)
    prefer(driver, "dark")
    found += [f"dark: {one}" for one in _findings(driver, ["color-contrast"])]
    prefer(driver, "light")
    return found


def too_narrow(console, widths=WIDTHS):
    """In which windows the page that is open is wider than they are, or something of it is cut off."""
    driver, faults = console.driver, []
    try:
        for width in widths:
            size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
            driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
            shown = driver.execute_script("return document.documentElement.scrollWidth")
            cut = driver.execute_script(CUT_OFF)
            if shown > width or cut:
                faults.append((width, shown, cut))
    finally:
        driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    return faults
