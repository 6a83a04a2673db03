"""Requests written by hand, to a server with small limits."""

from wire import head

REQUEST_SECONDS = 2
BODY_BYTES = 4096


def put(server, user, *lines, keys=True):
    """The head of `PUT /users/{id}` with these header lines."""
    fields = "".join(f"{line}\r\n" for line in lines).encode("latin-1")
    return head(server, "PUT", f"/users/{user['id']}", keys)[:-2] + fields + b"\r\n"


def name_of(server, user):
    return server.request("GET", f"/users/{user['id']}").json()["name"]
