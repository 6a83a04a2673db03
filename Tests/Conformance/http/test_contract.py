"""The server and its description agree: schemathesis makes requests out of docs/openapi.yaml.

Whatever it sends, the answer is no 5xx, has a status that the description lists for the operation, and
has the media type, the headers and the body that the description promises for that status.
"""

import copy
import zlib

import jsonschema
import pytest
import yaml
from answers import assert_number
from description import CHECKS, METHODS, assert_every_operation_is_there, requests_of
from openapi_spec_validator import validate

from muster import REPOSITORY, Muster, unique_username

DOCUMENT = REPOSITORY / "docs/openapi.yaml"
EXAMPLES = 20

# What would take the administrator's own credentials away, and so end the run. Each of them has its
# tests in test_sessions.py and test_headers.py.
EXCLUDED = [
    # The keys of the run would be dead after the first good request.
    "generateOwnKeys",
    # schemathesis makes no JSON lines up.
    "importUsers",
]

described = yaml.safe_load(DOCUMENT.read_text())


def for_requests(document):
    """The description without what schemathesis must not make up.

    - X-Impersonate: a made-up name answers every request with 403. test_headers.py has it.
    - Cookies and tokens: the run has API keys. test_sessions.py has them.
    """
    document = copy.deepcopy(document)
    for path in document["paths"].values():
        for operation in path.values():
            if isinstance(operation, dict) and "parameters" in operation:
                operation["parameters"] = [
                    parameter
                    for parameter in operation["parameters"]
                    if parameter.get("$ref") != "#/components/parameters/Impersonate"
                ]
    document["security"] = [{"ApiKeys": []}]
    return document


schema = requests_of(for_requests(described), EXAMPLES).exclude(operation_id=EXCLUDED)


class Target:
    """A server of this file's own, with a user and a group at whom the requests aim."""

    def __init__(self, server):
        self.server = server
        self.new_user()
        self.new_group()

    def new_user(self):
        self.user = self.server.create()

    def new_group(self):
        answer = self.server.request("POST", "/groups", json={"name": unique_username("group")})
        assert answer.status_code == 200, answer.text
        self.group = answer.json()

    def aim(self, case):
        """Lets every second request hit something that is there, and none the administrator."""
        admin = self.server.admin
        for name, value in list((case.path_parameters or {}).items()):
            aims = zlib.crc32(repr((name, value, case.body)).encode("utf-8", "replace")) % 2 == 0
            names = (str(admin["id"]), admin["uuid"], admin["username"])
            hits_admin = str(value).lower() in names
            if name in ("group_id", "group_ref") and aims:
                case.path_parameters[name] = self.group["id"]
            elif name in ("user_id", "user_ref") and (aims or hits_admin):
                case.path_parameters[name] = self.user["id"]

    def renew(self, case, response):
        """After a deletion there is somebody to be deleted again."""
        if response.status_code in (200, 204):
            operation = case.operation.definition.raw["operationId"]
            if operation in ("deleteUser", "deleteUserRecord"):
                self.new_user()
            if operation in ("deleteGroup", "removeGroupRecord"):
                self.new_group()


@pytest.fixture(scope="module")
def target():
    settings = {
        "MUSTER_PASSWORD_ARGON2_KIBIBYTES": 1024,
        "MUSTER_PASSWORD_ARGON2_ITERATIONS": 1,
        "MUSTER_RADIUS_ENABLED": "true",
    }
    with Muster(settings) as server:
        yield Target(server)


@schema.parametrize()
def test_the_server_keeps_its_description(case, target):
    target.aim(case)
    access, secret = target.server.admin_keys
    response = case.call(
        base_url=target.server.url,
        headers={"X-ApiKeys": f"accessKey={access};secretKey={secret}"},
        timeout=60,
        allow_redirects=False,
    )
    case.validate_response(response, checks=CHECKS)
    target.renew(case, response)


def test_the_document_is_valid():
    validate(described)


def test_the_document_is_served_word_for_word(target):
    answer = target.server.request("GET", "/openapi.yaml", keys=None)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].split(";")[0] in ("application/yaml", "text/yaml")
    assert_number(answer)
    assert answer.content == DOCUMENT.read_bytes()


def test_every_operation_is_there(target):
    assert_every_operation_is_there(target.server, described)


def resolve(node):
    """The node that a `$ref` of the document names."""
    while "$ref" in node:
        found = described
        for key in node["$ref"].removeprefix("#/").split("/"):
            found = found[key]
        node = found
    return node


def examples():
    """Every example of the document, with the schema that it is an example of."""

    def of(where, holder):
        if "example" in holder:
            yield where, holder["schema"], holder["example"]
        for name, example in holder.get("examples", {}).items():
            yield f"{where} {name}", holder["schema"], resolve(example)["value"]

    components = described["components"]
    for name, parameter in components["parameters"].items():
        yield from of(name, parameter)
    for name, response in components["responses"].items():
        for content in response.get("content", {}).values():
            yield from of(name, content)
    for item in described["paths"].values():
        for method, operation in item.items():
            if method not in METHODS:
                continue
            where = operation["operationId"]
            for parameter in operation.get("parameters", []):
                if "name" in parameter:
                    yield from of(f"{where} {parameter['name']}", parameter)
            for kind, content in operation.get("requestBody", {}).get("content", {}).items():
                yield from of(f"{where} {kind}", content)
            for status, response in operation["responses"].items():
                for content in response.get("content", {}).values():
                    yield from of(f"{where} {status}", content)


@pytest.mark.parametrize(
    ("where", "example_schema", "example"),
    [pytest.param(*example, id=example[0]) for example in examples()],
)
def test_an_example_of_the_document_is_right(where, example_schema, example):
    validator = jsonschema.Draft202012Validator(
        {"$ref": "#/example", "example": example_schema, "components": described["components"]},
        format_checker=jsonschema.FormatChecker(),
    )
    assert not [error.message for error in validator.iter_errors(example)], where
