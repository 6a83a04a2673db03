"""People who use the console: one after whose pages a clock is held, and many who click at their own pace."""

import http.client
import itertools
import multiprocessing
import time
import urllib.parse


class Visitor:
    """A browser without a screen: one connection, with its cookies."""

    def __init__(self, server):
        self.peer = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        self.cookies = {}
        body = urllib.parse.urlencode({"username": server.admin["username"], "password": server.admin["password"]})
        self._ask("POST", "/sign-in", body, {"Content-Type": "application/x-www-form-urlencoded"})
        assert "muster_console" in self.cookies, "the sign-in was refused"

    def _ask(self, method, path, body=None, fields=()):
        """Asks, and returns the seconds until the first byte of the answer."""
        fields = {
            "Accept": "text/html",
            "Sec-Fetch-Site": "same-origin",
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            **dict(fields),
        }
        begun = time.perf_counter()
        self.peer.request(method, path, body, fields)
        answer = self.peer.getresponse()
        taken = time.perf_counter() - begun
        answer.read()
        assert answer.status in (200, 303), (path, answer.status)
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                cookie, _, rest = value.partition("=")
                self.cookies[cookie] = rest.split(";")[0]
        return taken

    def get(self, path):
        return self._ask("GET", path)


def _use(server, number, pause, users, begin, stop, pages):
    """Looks at one page after another, with a pause between, until it is told to stop."""
    visitor = Visitor(server)
    begin.wait()
    for turn in itertools.count(number):
        chosen = turn * 7919 % users
        for path in (
            "/admin",
            "/admin/users",
            f"/admin/users?q=user{chosen:07d}"[:-2],
            f"/admin/users/{2 + chosen}",
            "/admin/audit",
        ):
            visitor.get(path)
            with pages.get_lock():
                pages.value += 1
            if stop.wait(pause):
                return


class Crowd:
    """Some people, each in a process of its own, from the beginning of a `with` to its end."""

    def __init__(self, server, people, pause, users):
        self.arguments = [(server, number, pause, users) for number in range(people)]
        self._pages = multiprocessing.Value("q", 0)

    @property
    def pages(self):
        return self._pages.value

    def __enter__(self):
        # Nobody is still signing in when it is measured what the pages cost.
        begin, self.stop = multiprocessing.Barrier(len(self.arguments) + 1), multiprocessing.Event()
        self.processes = [
            multiprocessing.Process(target=_use, args=(*one, begin, self.stop, self._pages))
            for one in self.arguments
        ]
        for process in self.processes:
            process.start()
        begin.wait(60)
        return self

    def __exit__(self, *_):
        self.stop.set()
        for process in self.processes:
            process.join()
        assert all(process.exitcode == 0 for process in self.processes), "somebody was refused a page"
