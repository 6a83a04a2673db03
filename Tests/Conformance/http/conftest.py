"""The helpers of this folder say what they compared when they fail, and nothing is left beside them."""

import pytest
from hypothesis.configuration import set_hypothesis_home_dir

from muster import REPOSITORY, Muster

pytest.register_assert_rewrite("answers", "description", "endpoints", "sessions", "wire")

# After the line above, since they import one of these.
from program import CHEAP, init  # noqa: E402
from raw import BODY_BYTES, REQUEST_SECONDS  # noqa: E402

set_hypothesis_home_dir(REPOSITORY / ".build/hypothesis")


@pytest.fixture
def founded(tmp_path):
    """A directory that is initialised, and its administrator."""
    return tmp_path / "data", init(tmp_path / "data", settings=CHEAP)


@pytest.fixture
def directory(founded):
    """A directory that is initialised."""
    return founded[0]


@pytest.fixture
def admin(founded):
    """The administrator of that directory, as `init` printed it."""
    return founded[1]


@pytest.fixture(scope="module")
def strict():
    """A server with small limits, but for the idle time: nothing else may end a slow request."""
    settings = {
        "MUSTER_HTTP_LIMITS_REQUEST_SECONDS": REQUEST_SECONDS,
        "MUSTER_HTTP_LIMITS_BODY_BYTES": BODY_BYTES,
    }
    with Muster(CHEAP | settings) as server:
        yield server
