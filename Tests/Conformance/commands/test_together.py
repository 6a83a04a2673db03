"""Several commands at a time."""

from concurrent.futures import ThreadPoolExecutor

from muster import unique_username


def test_networks_that_are_added_at_the_same_time_are_all_there(machine):
    name = unique_username()
    machine.muster(f"users add {name} --no-password --hosts 10.0.0.0/8")
    networks = [f"192.0.2.{number}" for number in range(6)]
    with ThreadPoolExecutor(len(networks)) as pool:
        list(pool.map(lambda host: machine.muster(f"users hosts add {name} {host}"), networks))
    hosts = machine.muster(f"users hosts show {name} --quiet").split()
    assert sorted(hosts) == sorted(["10.0.0.0/8", *networks])


def test_logins_at_the_same_time_keep_all_profiles(stranger, muster):
    password = muster.admin["password"] + "\n"
    names = [f"p{number}" for number in range(6)]
    with ThreadPoolExecutor(len(names)) as pool:
        list(
            pool.map(
                lambda name: stranger.muster(
                    f"login admin@example.com --password-stdin --profile {name}", stdin=password
                ),
                names,
            )
        )
    for name in names:
        assert f"profile {name}" in stranger.muster(f"whoami --profile {name}")


def test_a_token_in_the_environment_is_a_login(stranger, account, muster):
    user = account()
    token = muster.login(user.username, user.password).json()["token"]
    assert user.username in stranger.muster("whoami", MUSTER_TOKEN=token)
    assert "MUSTER_TOKEN" in stranger.refusal("whoami", 77, MUSTER_TOKEN="0" * 64)


def test_a_tail_shows_what_happens_while_it_runs(machine, tmp_path):
    name = unique_username()
    line = (
        "muster audit tail --lines 1 --action user.create --format json > seen & tail=$!; "
        "until [ -s seen ]; do sleep 0.1; done; "
        f"muster users add {name} --no-password > added; "
        f"for i in $(seq 600); do grep -q {name} seen && break; sleep 0.1; done; kill $tail; cat seen"
    )
    assert name in machine.run(line).stdout
