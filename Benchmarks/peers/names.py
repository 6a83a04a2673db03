"""The users whom searches look for, who are the same in every directory: names in which texts come few, hundreds and very many times."""

import heapq
from dataclasses import dataclass

from servers import FIRST_ID

CONSONANTS, VOWELS = "bcdfghjklmnprstv", "aeio"
SYLLABLES = [consonant + vowel for consonant in CONSONANTS for vowel in VOWELS]
WORDS = len(SYLLABLES) ** 3
PLACES = ("north", "south", "east", "west")
OFTEN = 300
ORDERS = [sign + field for field in ("id", "username", "name", "email") for sign in ("", "-")]
FREQUENCIES = ("few", "hundreds", "very many")


@dataclass(frozen=True, slots=True)
class Named:
    """A user; `id` is that of Muster, which gives them out in the order of the import."""

    id: int
    uid: str
    username: str
    given: str
    family: str
    email: str

    @property
    def name(self):
        return f"{self.given.title()} {self.family.title()}"

    def fields(self):
        return self.username, self.name.lower(), self.email


def word(number):
    """One of many words of three syllables, none of which begins another."""
    base = len(SYLLABLES)
    return "".join(SYLLABLES[number // base**place % base] for place in range(3))


def named(number, users):
    """A user of a directory with so many: each given name has some hundreds, and so has each family name."""
    names = max(users // OFTEN, 40)
    given = word(number % names * 40_503 % WORDS)
    family = word(((number // names * 31 + number) % names * 25_717 + 11_111) % WORDS)
    user = f"user{number:06d}"
    place = PLACES[number % len(PLACES)]
    return Named(FIRST_ID + number, user, f"{user}@bench.example", given, family, f"{given}.{family}@{place}.bench.example")


def everybody(users):
    return [named(number, users) for number in range(users)]


def beginnings(people):
    """What names, usernames or addresses of few, hundreds and very many begin with."""
    some = people[len(people) * 3 // 7]
    return dict(zip(FREQUENCIES, (some.uid[:9], some.given, "user")))


def pieces(people):
    """What they contain, as somebody types it."""
    some = people[len(people) * 3 // 7]
    return dict(zip(FREQUENCIES, (some.name.lower()[1:-1], some.family, PLACES[0])))


def beginning(people, text):
    return [one for one in people if any(field.startswith(text) for field in one.fields())]


def containing(people, text):
    return [one for one in people if any(text in field for field in one.fields())]


def in_order(found, order, limit):
    """The numbers of the first users of a list in this order; who shares a name or an address comes by number."""
    field = order.lstrip("-")
    keys = {"id": lambda one: one.id, "username": lambda one: one.username, "email": lambda one: (one.email, one.id)}
    keys["name"] = lambda one: (one.name.lower(), one.id)
    first = heapq.nlargest if order.startswith("-") else heapq.nsmallest
    return [one.id for one in first(limit, found, key=keys[field])]
