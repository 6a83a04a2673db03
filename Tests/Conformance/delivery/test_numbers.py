"""Phone numbers as people write them, read as libphonenumber reads them."""

import phonenumbers
import pytest
from conftest import CHEAP, serving

# Where 00 leads abroad, and where ten digits are a whole number.
ABROAD, HOME = "DE", "US"
WRITTEN = [
    ("9998887766", HOME), ("+1 (999) 888-7766", HOME), ("+1999-888-7766", HOME), ("999.888.7766", HOME),
    ("(202) 555-0123", HOME), ("0019998887766", ABROAD), ("00 49 151 12345678", ABROAD),
    ("+49 151 12345678", ABROAD), ("+44 20 7946 0958", HOME), ("+886 912 345 678", HOME), ("+290 22222", HOME),
]


@pytest.fixture(scope="module")
def server():
    with serving(CHEAP) as server:
        yield server


def test_numbers_are_read_alike(server):
    user = server.create()
    for text, region in WRITTEN:
        body = {"email_enabled": False, "sms_enabled": True, "sms_phone": text}
        answer = server.request("PUT", f"/users/{user['id']}/two-factor", json=body)
        assert answer.status_code == 200, (text, answer.text)
        kept = server.request("GET", f"/users/{user['id']}").json()["two_factor"]["sms_phone"]
        number = phonenumbers.parse(text, region)
        assert kept == phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164), text
        assert phonenumbers.is_possible_number(number), text
