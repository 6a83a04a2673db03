"""What is asked of every server that is described: the answers that schemathesis checks, and that no call is missing."""

import re

import schemathesis
from schemathesis.checks import not_a_server_error
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
METHODS = ("get", "post", "put", "patch", "delete")


def requests_of(document, examples):
    """The requests that schemathesis makes out of a description, so many for each operation."""
    return schemathesis.openapi.from_dict(
        document,
        config=SchemathesisConfig.from_dict(
            {
                "generation": {
                    "max-examples": examples,
                    "deterministic": True,
                    "database": "none",
                    "no-shrink": True,
                    "with-security-parameters": False,
                },
            }
        ),
    )


def assert_every_operation_is_there(server, document):
    """No path of the description is unknown to the server, and none has a method that it lacks."""
    for path, item in document["paths"].items():
        path = re.sub(r"\{\w+\}", "2", path)
        methods = {method.upper() for method in item if method in METHODS}
        foreign = next(method for method in ("PATCH", "PUT", "OPTIONS") if method not in methods)
        answer = server.request(foreign, path)
        assert answer.status_code == 405, (path, answer.status_code)
        known = set(re.split(r"\s*,\s*", answer.headers["Allow"]))
        assert known == methods | ({"HEAD"} if "GET" in methods else set()), path
