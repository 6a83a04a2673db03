"""What is asked often and at once, and what is asked again because the answer is slow."""

import os
import re
import signal
import subprocess

from freeradius import SECRET, Answer, quoted

from muster import PASSWORD, until


def request(name, password=PASSWORD, station="192.0.2.7"):
    return (
        f"User-Name = {quoted(name)}, User-Password = {quoted(password)}, "
        f"Calling-Station-Id = {quoted(station)}, Message-Authenticator = 0x00"
    )


def logins(muster, name):
    """How many logins of a user the audit log has that succeeded, and that failed."""
    query = f"target_name={name}&action=user.authenticate.password&limit=1000"
    events = muster.request("GET", f"/muster/v1/audit/events?{query}").json()["events"]
    failed = [event for event in events if event["is_failure"]]
    return len(events) - len(failed), len(failed)


def test_a_thousand_logins_are_all_accepted_and_nothing_goes_wrong_on_the_way(patient, muster, tmp_path):
    # Of each so few that every one of them is recorded by itself.
    names = [muster.create(16)["username"] for _ in range(50)]
    lines = [request(names[turn % 50], station=f"198.51.100.{turn % 250}") for turn in range(1000)]
    start, known = len(patient.log), len(muster.log())
    counts, said = patient.log_in_many(lines, tmp_path / "logins", tries=1, seconds=60, timeout=900)
    assert counts == {"Accepted": "1000", "Rejected": "0", "Lost": "0"}, said[-2000:]
    assert not re.search(r"(?m)^.*\b(ERROR|Error|failed to|timed out)\b.*$", patient.log[start:])
    assert not re.search(r"level=(warning|error|critical)", muster.log()[known:])
    for name in names:
        assert logins(muster, name) == (20, 0)


def asked_again(radius, muster, line, is_enough, folder):
    """The answer to what is asked again and again while the server stands still, until it has been enough; then it goes on."""
    said = folder / "said"
    os.kill(muster.process.pid, signal.SIGSTOP)
    try:
        with open(said, "w") as output:
            asking = subprocess.Popen(
                ["stdbuf", "-oL", "radclient", "-x", "-r", "200", "-t", "0.2", f"127.0.0.1:{radius.port}", "auth", SECRET],
                stdin=subprocess.PIPE,
                stdout=output,
                text=True,
            )
        asking.stdin.write(line + "\n")
        asking.stdin.close()
        until(lambda: is_enough(said.read_text()), 60, "what is waited for")
    finally:
        os.kill(muster.process.pid, signal.SIGCONT)
    asking.wait(60)
    return Answer(said.read_text())


def is_sent_often(text):
    return text.count("Sent Access-Request") >= 6


def test_what_is_asked_again_while_the_answer_is_slow_is_one_login(patient, muster, jane, tmp_path):
    answer = asked_again(patient, muster, request(jane["username"]), is_sent_often, tmp_path)
    assert answer.word == "Access-Accept", answer
    assert logins(muster, jane["username"]) == (1, 0)


def test_what_is_asked_again_while_the_answer_is_slow_is_one_failure(patient, muster, jane, tmp_path):
    answer = asked_again(patient, muster, request(jane["username"], "wrong"), is_sent_often, tmp_path)
    assert answer.word == "Access-Reject", answer
    assert logins(muster, jane["username"]) == (0, 1)
    # So many failures as it was sent times would have shut the user out at this place.
    assert patient.log_in(jane["username"], PASSWORD).word == "Access-Accept"


def test_what_comes_too_late_counts_once_at_most(hasty, radius, muster, jane, tmp_path):
    """FreeRADIUS gives up after three seconds, and rejects."""
    asked = request(jane["username"], "wrong")
    answer = asked_again(hasty, muster, asked, lambda text: "Received Access-Reject" in text, tmp_path)
    assert answer.word == "Access-Reject", answer
    assert radius.log_in(jane["username"], PASSWORD).word == "Access-Accept"
    came_in, failed = logins(muster, jane["username"])
    assert came_in == 1 and failed <= 1
