"""What changes remember to be able to take it back stays in memory, and is in no file of a folder that all programs share."""

import os
from concurrent.futures import ThreadPoolExecutor

from answers import assert_json

from muster import PASSWORD, Muster

USERS = 300
CALLERS = 16


def create(server, name):
    body = {"username": name, "password": PASSWORD} if name.startswith("whole") else {"username": name}
    return assert_json(server.request("POST", "/muster/v1/users", body), 201)


def test_changes_make_no_temporary_files(tmp_path):
    folder = tmp_path / "temporary"
    folder.mkdir()
    with Muster({"SQLITE_TMPDIR": folder}) as server:
        names = [f"u{number * 7919 % 10007}@example.com" for number in range(USERS)]
        before = os.stat(folder).st_mtime_ns
        with ThreadPoolExecutor(CALLERS) as pool:
            list(pool.map(lambda name: create(server, name), names))
        assert os.stat(folder).st_mtime_ns == before, "records of a group"
        user = create(server, "whole@example.com")
        assert server.request("DELETE", f"/muster/v1/users/{user['id']}").status_code == 204
        assert os.stat(folder).st_mtime_ns == before, "the end of a user"
