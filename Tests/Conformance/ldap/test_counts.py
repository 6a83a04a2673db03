"""What is asked over LDAP is told by the metrics."""

import requests

from conftest import serving
from muster import free_port, until
from test_writes import change, write
from tree import PEOPLE


def test_what_is_asked_is_counted_by_kind_and_result(tmp_path):
    port = free_port()
    with serving(tmp_path, {"MUSTER_LDAP_WRITES": "on", "MUSTER_METRICS_BIND": f"127.0.0.1:{port}"}) as found:

        def count(operation, result):
            text = requests.get(f"http://127.0.0.1:{port}/metrics", timeout=60).text
            labels = f'{{operation="{operation}",result="{result}"}} '
            lines = [line for line in text.splitlines() if line.startswith("muster_ldap_operations_total" + labels)]
            return int(lines[0].split()[1]) if lines else 0

        dn = f"uid=jane@example.com,{PEOPLE}"
        ldif = change(dn, "replace: title", "title: Head")
        assert write(found, ldif, bind="svc@example.com").code == 50
        assert found.search("(uid=jane@example.com)", "1.1").code == 0
        until(lambda: count("modify", "insufficientAccessRights") == 1, 60, "the refused change in the metrics")
        assert count("bind", "success") >= 2
        assert count("search", "success") == 1
