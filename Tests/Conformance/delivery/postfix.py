"""A real Postfix with a folder of its own, which takes mail from this machine and carries it on to a mail server of the test's."""

import contextlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from aiosmtpd.controller import Controller
from post import Inbox

from muster import free_port, until

# As strict with its clients as Postfix can be, since Muster is one.
MAIN = """\
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
maillog_file = {folder}/mail.log
maillog_file_prefixes = {folder}
myhostname = mail.example.com
mydestination =
mynetworks = 127.0.0.0/8
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
alias_maps =
alias_database =
# Nothing is looked up in DNS, and all mail goes on to the test.
relayhost = [127.0.0.1]:{relay}
smtp_dns_support_level = disabled
smtp_tls_security_level = none
smtpd_helo_required = yes
smtpd_helo_restrictions = reject_invalid_helo_hostname, reject_non_fqdn_helo_hostname
smtpd_sender_restrictions = reject_non_fqdn_sender
smtpd_recipient_restrictions = reject_non_fqdn_recipient, check_recipient_access inline:{{ {access} }}
smtpd_relay_restrictions = permit_mynetworks, reject
smtpd_forbid_unauth_pipelining = yes
smtpd_forbid_bare_newline = reject
smtpd_forbid_bare_newline_exclusions =
strict_rfc821_envelopes = yes
strict_8bitmime = yes
strict_mime_encoding_domain = yes
"""
GUARDED = """\
smtpd_tls_security_level = encrypt
smtpd_tls_chain_files = {folder}/etc/tls.pem
smtpd_tls_received_header = yes
"""
MASTER = """\
127.0.0.1:{port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""


def as_root(*command):
    prefix = [] if os.geteuid() == 0 else ["sudo", "-n"]
    return [*prefix, *map(str, command)]


@contextlib.contextmanager
def destination():
    """Where Postfix carries mail to; gives the inbox, with its port."""
    inbox = Inbox()
    inbox.port = free_port()
    controller = Controller(inbox, hostname="127.0.0.1", port=inbox.port)
    controller.start()
    try:
        yield inbox
    finally:
        controller.stop()


class Postfix:
    """`with Postfix(relay_port) as postfix: postfix.port`.

    - relay: the port of the mail server to which it carries mail on.
    - access: what becomes of mail to some domains, such as `{"example.net": "REJECT"}`.
    - certificate: demands STARTTLS, with this one.
    - settings: lines of main.cf besides.
    """

    def __init__(self, relay, access=None, certificate=None, settings=""):
        self.relay, self.access = relay, access or {"example.invalid": "REJECT"}
        self.certificate, self.settings = certificate, settings
        self.port = free_port()
        self.process = None

    def __enter__(self):
        # Its programs give up their rights, so that they have to be let in on the way.
        self.folder = Path(tempfile.mkdtemp(prefix="muster-postfix-"))
        self.folder.chmod(0o755)
        try:
            self.prepare()
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, kind, error, trace):
        self.stop()

    def prepare(self):
        kept = self.folder / "etc"
        kept.mkdir()
        access = ", ".join(f"{{ {domain} = {answer} }}" for domain, answer in self.access.items())
        main = MAIN.format(folder=self.folder, relay=self.relay, access=access)
        if self.certificate:
            main += GUARDED.format(folder=self.folder)
            chain = self.certificate.key.read_text() + self.certificate.chain.read_text()
            (kept / "tls.pem").write_text(chain)
            (kept / "tls.pem").chmod(0o600)
        (kept / "main.cf").write_text(main + self.settings)
        (kept / "master.cf").write_text(MASTER.format(port=self.port))
        for command in (
            ("chown", "-R", "root:root", self.folder),
            ("install", "-d", self.folder / "queue"),
            ("install", "-d", "-o", "postfix", self.folder / "data"),
        ):
            subprocess.run(as_root(*command), check=True)

    def start(self):
        """Starts it in a name space of processes, whose first is a shell: where that ends, or the tests, none of them is left.

        Postfix itself cannot be the first, since it changes its rights, and is told of nobody's end from then on.
        """
        assert shutil.which("postfix", path="/usr/sbin:/usr/bin"), "postfix is not installed; see scripts/install.sh"
        alone = ("setpriv", "--pdeathsig", "KILL", "unshare", "--pid", "--fork", "--kill-child")
        script = '/usr/sbin/postfix -c "$0" start-fg & wait'
        self.process = subprocess.Popen(
            as_root(*alone, "sh", "-c", script, self.folder / "etc"),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        try:
            until(lambda: self.process.poll() is None and " daemon started " in self.log, 60, "a ready Postfix")
        except AssertionError as failure:
            self.process.kill()
            raise AssertionError(f"{failure}\n{self.log}\n{self.process.communicate()[0]}") from None

    def stop(self):
        process, self.process = self.process, None
        if process is not None:
            if process.poll() is None:
                subprocess.run(as_root("kill", "-KILL", process.pid), check=True)
            process.communicate(timeout=60)
        subprocess.run(as_root("rm", "-rf", self.folder), check=True)

    @property
    def log(self):
        """What its programs have told."""
        return subprocess.run(
            as_root("cat", self.folder / "mail.log"), capture_output=True, text=True, errors="replace"
        ).stdout
