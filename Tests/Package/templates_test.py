#!/usr/bin/env python3
"""Promises of the packages' templates what needs no release build: they agree with each other and with the program."""

import configparser
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
PACKAGING = REPOSITORY / "packaging"
MUSTER = pathlib.Path(os.environ.get("BINARY", REPOSITORY / ".build/debug/muster"))
# Any program that Debian has: what it is made of is asked of dpkg.
ANY_PROGRAM = "/bin/ls"


def run(*words, **options):
    return subprocess.run([str(word) for word in words], capture_output=True, text=True, cwd=REPOSITORY, **options)


def unit(name):
    parser = configparser.RawConfigParser(strict=False, comment_prefixes=("#",))
    parser.optionxform = str
    parser.read(PACKAGING / name)
    return parser


def settings():
    return json.loads((PACKAGING / "muster.json").read_text())


def test_the_version_is_the_same_everywhere():
    version = re.search(r'text = "([^"]+)"', (REPOSITORY / "Sources/MusterCommands/Version.swift").read_text())[1]
    assert run(MUSTER, "--version").stdout.strip() == version
    assert not re.search(r"\d+\.\d+\.\d+", (PACKAGING / "debian/control.in").read_text())
    assert version in run("bash", "-c", f"source scripts/packages.sh; package_version {MUSTER}").stdout


def test_a_version_that_is_none_is_refused():
    for version in ("next", "1.2", "1.2.3; true", "1.2.3\n4"):
        done = run("bash", "-c", f"source scripts/packages.sh; package_version {MUSTER}", env={**os.environ, "MUSTER_VERSION": version})
        assert done.returncode == 1 and "is no version" in done.stderr, version


def test_the_program_takes_the_settings_of_the_package():
    done = run(MUSTER, "config", "--config", PACKAGING / "muster.json")
    assert done.returncode == 0, done.stderr
    for value in ("/var/lib/muster", "127.0.0.1:8834", "/run/muster/agent.sock"):
        assert value in done.stdout, value


def test_paths_and_addresses_agree():
    service, listener = unit("muster.service")["Service"], unit("muster.socket")["Socket"]
    assert settings()["dataDir"] == "/var/lib/" + service["StateDirectory"]
    assert settings()["local"]["socket"].startswith("/run/" + service["RuntimeDirectory"] + "/")
    assert settings()["http"]["bind"] == listener["ListenStream"]
    config = "/" + (PACKAGING / "debian/conffiles").read_text().strip().lstrip("/")
    assert service["ExecStart"] == f"/usr/bin/muster serve --config {config}"
    for file in ("muster.sysusers", "muster.tmpfiles"):
        assert settings()["dataDir"] in (PACKAGING / file).read_text()
    for name in ("muster.service", "muster.socket"):
        assert unit(name)["Unit"]["ConditionDirectoryNotEmpty"] == settings()["dataDir"]


def test_who_watches_asks_where_the_page_says_and_by_the_name_that_the_rules_have():
    page = (REPOSITORY / "docs/operations.md").read_text()
    assert "job_name: muster\n" in page
    assert 'up{job="muster"}' in (REPOSITORY / "docs/operations/alerts.yml").read_text()
    watched, alerts = re.search(r'"metrics": {"bind": "([^"]+)"}', page)[1], re.search(r"--web.listen-address=(\S+) --cluster", page)[1]
    assert f"targets: ['{watched}']" in page and f"targets: ['{alerts}']" in page
    assert settings()["http"]["bind"].endswith(":" + unit("fail2ban/jail.conf")["muster"]["port"])


def test_the_page_names_files_that_the_package_has():
    page = (REPOSITORY / "docs/operations.md").read_text()
    for name in ("alertmanager.yml", "tls.conf"):
        assert name in page and (PACKAGING / "examples" / name).exists(), name
    version = re.search(r'text = "([^"]+)"', (REPOSITORY / "Sources/MusterCommands/Version.swift").read_text())[1]
    assert set(re.findall(r"muster[_-](\d[0-9.]*\d)[_-]", page)) == {version}


def test_systemd_takes_the_units():
    if not shutil.which("systemd-analyze"):
        sys.exit("templates: there is no systemd-analyze; run scripts/install.sh test")
    with tempfile.TemporaryDirectory() as folder:
        for name in ("muster.service", "muster.socket"):
            text = (PACKAGING / name).read_text().replace("/usr/bin/muster", "/bin/true")
            (pathlib.Path(folder) / name).write_text(re.sub("Documentation=.*\n", "", text))
        done = run("systemd-analyze", "verify", "--man=no", *pathlib.Path(folder).iterdir())
        # It also reads the units of what else is installed, and says what is old-fashioned in them.
        said = [line for line in done.stderr.splitlines() if not line.startswith(("/lib/", "/usr/lib/"))]
        assert (done.returncode, said) == (0, []), done.stderr


def test_the_packages_scripts_are_of_the_shell():
    for name in ("postinst", "prerm", "postrm"):
        path = PACKAGING / "debian" / name
        assert path.stat().st_mode & 0o111, name
        assert run("sh", "-n", path).returncode == 0, name
        assert "set -e\n" in path.read_text(), name


def test_the_image_has_a_user_who_is_not_root_and_a_health_check_of_the_program():
    config = json.loads((PACKAGING / "oci/config.json").read_text())
    assert not config["User"].startswith("0")
    words = config["Healthcheck"]["Test"]
    assert words[0] == "CMD" and words[1] == config["Entrypoint"][0]
    # Nothing listens at port 1: the command is there, and its answer is no.
    done = run(MUSTER, *words[2:-1], "http://127.0.0.1:1", env={**os.environ, "MUSTER_DATA_DIR": "/nonexistent"})
    assert done.returncode == 69, done.stderr


def test_the_same_program_makes_the_same_image():
    with tempfile.TemporaryDirectory() as folder:
        images = [pathlib.Path(folder) / name for name in "ab"]
        for image in images:
            done = run(sys.executable, "scripts/image.py", ANY_PROGRAM, "1.2.3", "1700000000", image)
            assert done.returncode == 0, done.stderr
        assert images[0].read_bytes() == images[1].read_bytes()


def test_the_list_of_what_it_is_made_of_is_that_of_the_real_packages():
    with tempfile.TemporaryDirectory() as folder:
        listed = pathlib.Path(folder) / "list"
        done = run(sys.executable, "scripts/sbom.py", "1.2.3", ANY_PROGRAM)
        assert done.returncode == 0, done.stderr
        listed.write_text(done.stdout)
        compared = run(sys.executable, "Tests/Package/sbom_test.py", listed, "Package.resolved", ANY_PROGRAM)
        assert compared.returncode == 0, compared.stderr
        assert done.stdout == run(sys.executable, "scripts/sbom.py", "1.2.3", ANY_PROGRAM).stdout


def test_the_list_is_not_made_of_what_is_none():
    with tempfile.TemporaryDirectory() as folder:
        wrong = pathlib.Path(folder) / "Package.resolved"
        for text in (None, "", "{}", "[]", '{"pins": 3}', "{"):
            if text is not None:
                wrong.write_text(text)
            done = run(sys.executable, "scripts/sbom.py", "1.2.3", ANY_PROGRAM, wrong)
            assert done.returncode == 1 and done.stderr.startswith("sbom: "), (text, done.stderr)


def test_a_build_that_fails_says_why_and_one_that_goes_well_says_little():
    with tempfile.TemporaryDirectory() as folder:
        log = pathlib.Path(folder) / "log"
        noise = "warning: of a linker\n[1/2] Compiling A\n[2/2] Compiling B\n"
        done = run("scripts/progress.py", log, "printf", "%s", noise)
        assert done.returncode == 0 and "linker" not in done.stdout + done.stderr
        assert "build: 2 of 2" in done.stdout and log.read_text() == noise
        script = f"printf 'noise\\na.swift:1:2: error: wrong\\n 1 | here\\n'; exit 3"
        done = run("scripts/progress.py", log, "sh", "-c", script)
        assert done.returncode == 3
        assert "error: wrong" in done.stderr and "1 | here" in done.stderr and "noise" not in done.stderr


def test_the_first_build_of_a_checkout_makes_the_folder_of_its_log():
    with tempfile.TemporaryDirectory() as folder:
        log = pathlib.Path(folder) / "none yet" / "log"
        done = run("scripts/progress.py", log, "printf", "[1/1] Compiling A\\n")
        assert done.returncode == 0, done.stderr
        assert "Compiling A" in log.read_text()


for name, test in list(globals().items()):
    if name.startswith("test_"):
        test()
        print(f"ok: {name.removeprefix('test_').replace('_', ' ')}")
