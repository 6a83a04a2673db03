"""Look-ups without an end over kept connections, in a process of their own: `load.py KEYS URL [URL ...]` until input ends.

Prints how many were answered with each status, or were told that the database is away.
"""

import http.client
import json
import sys
import threading
from collections import Counter
from urllib.parse import urlsplit

PAUSE_SECONDS = 0.002


def main():
    keys, *urls = sys.argv[1:]
    counts, end = Counter(), threading.Event()

    def ask(url):
        address = urlsplit(url)
        connection = http.client.HTTPConnection(address.hostname, address.port, timeout=30)
        while not end.wait(PAUSE_SECONDS):
            connection.request("GET", "/session", headers={"X-ApiKeys": keys})
            answer = connection.getresponse()
            answer.read()
            # A database that has not answered for two seconds is said to be away, whatever holds it up.
            is_away = answer.status == 503 and answer.headers["Retry-After"]
            counts["away" if is_away else answer.status] += 1

    threads = [threading.Thread(target=ask, args=[url]) for url in urls for _ in range(2)]
    for thread in threads:
        thread.start()
    sys.stdin.read()
    end.set()
    for thread in threads:
        thread.join()
    print(json.dumps(counts))


main()
