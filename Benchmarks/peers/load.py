"""Creates the benchmark's users in Muster over its own API: load.py URL KEYS COUNT CONNECTIONS."""

import http.client
import json
import sys
import threading
import urllib.parse

url, keys, count, connections = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
place = urllib.parse.urlsplit(url)
numbers = iter(range(count))
lock = threading.Lock()
failures = []


def work():
    connection = http.client.HTTPConnection(place.hostname, place.port)
    while not failures:
        with lock:
            number = next(numbers, None)
        if number is None:
            return
        body = json.dumps(
            {
                "username": f"user{number:06d}@bench.example",
                "password": f"Passw0rd-{number % 16:02d}!x",
                "permissions": 32,
                "name": f"Bench User {number}",
            }
        )
        connection.request("POST", "/users", body, {"X-ApiKeys": keys})
        answer = connection.getresponse()
        text = answer.read()
        if answer.status != 200:
            failures.append(text)


threads = [threading.Thread(target=work) for _ in range(connections)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
if failures:
    sys.exit(f"load.py: {failures[0].decode()}")
