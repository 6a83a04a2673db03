"""Requests that nobody should send, to every route, by strangers, users and administrators."""

from answers import Answers
from crowd import Crowd
from guard import Guard
from routes import assert_complete
from server import CHEAP, PASSWORD, Server
from strange import Fuzz


def people(server, fuzz, number):
    """Gives the fuzz people to play with; it makes them useless in time, so it gets others now and then."""

    def person(name, role):
        name = f"{name}-{number}@example.com"
        user = server.create(name, role, PASSWORD)
        return name, user, (server.keys_of(user), server.token(name))

    fuzz.callers = [person(f"caller{place}", role)[2] for place, role in enumerate((64, 64, 64, 64, 16, 0))]
    made = [person(f"target{place}", role) for place, role in enumerate((64, 64, 32, 16, 16, 0))]
    fuzz.names, ids, fuzz.targets = map(list, zip(*made))
    fuzz.ids = [*ids, 99_999]
    fuzz.groups = [server.ask("POST", "/groups", {"name": f"g{number}"})["uuid"], "5"]


def fuzz(seed, seconds):
    """Requests that nobody should send, to every route, by strangers, users and administrators."""
    assert_complete()
    make = Fuzz()
    settings = CHEAP | {
        "MUSTER_CODES_SMS_PER_HOUR": 1000,
        "MUSTER_LOG_LEVEL": "debug",
        "MUSTER_RADIUS_ENABLED": "true",
    }
    answers = Answers()
    with Server(settings) as server:
        with Guard(server) as guard:
            for turn, share in enumerate(shares(seconds)):
                people(server, make, turn)
                crowd = Crowd(server, guard, 48, make, f"{seed}/fuzz/{turn}", per_connection=20, answers=answers)
                crowd.run(share)
            server.ask("GET", "/users/2")
            guard.has_recovered()
        server.stop()
    return f"{answers}; {guard}"


def shares(seconds, most=10):
    """So many seconds in parts."""
    while seconds > 0:
        yield min(most, seconds)
        seconds -= most
