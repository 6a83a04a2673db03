"""Clients of another make: pyrad, many of them at once, each with connections and numbers of its own."""

import io
from concurrent.futures import ThreadPoolExecutor

from freeradius import SECRET
from pyrad.client import Client
from pyrad.dictionary import Dictionary
from pyrad.packet import AccessAccept, AccessReject

from muster import PASSWORD

CLIENTS, LOGINS = 16, 1000
# As many names as bring nobody's failures near the bound of a minute.
UNKNOWN_EVERY = 25
ATTRIBUTES = """
ATTRIBUTE User-Name 1 string
ATTRIBUTE User-Password 2 octets
ATTRIBUTE Class 25 octets
ATTRIBUTE Calling-Station-Id 31 string
ATTRIBUTE Message-Authenticator 80 octets
"""


def test_a_thousand_logins_of_sixteen_clients_are_all_answered(patient, muster):
    users = [muster.create(16) for _ in range(50)]

    def log_in_some(number):
        """What a client is told of its logins, by their numbers."""
        client = Client("127.0.0.1", patient.port, secret=SECRET.encode(), dict=Dictionary(io.StringIO(ATTRIBUTES)))
        client.timeout, client.retries = 60, 1
        told = {}
        for turn in range(number, LOGINS, CLIENTS):
            name = users[turn % 50]["username"] if turn % UNKNOWN_EVERY else f"nobody{turn}"
            asked = client.CreateAuthPacket()
            asked["User-Name"], asked["Calling-Station-Id"] = name, f"203.0.113.{turn % 250}"
            asked["User-Password"] = asked.PwCrypt(PASSWORD)
            asked.add_message_authenticator()
            answer = client.SendPacket(asked)
            told[turn] = answer.code, answer.get("Class", [b""])[0].decode()
        return told

    with ThreadPoolExecutor(CLIENTS) as clients:
        told = {turn: said for some in clients.map(log_in_some, range(CLIENTS)) for turn, said in some.items()}
    # Each is told of the user for whom it has asked.
    assert told == {
        turn: (AccessAccept, users[turn % 50]["uuid"]) if turn % UNKNOWN_EVERY else (AccessReject, "")
        for turn in range(LOGINS)
    }
