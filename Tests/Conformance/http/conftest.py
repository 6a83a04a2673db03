"""The helpers of this folder say what they compared when they fail, and nothing is left beside them."""

import pytest
from hypothesis.configuration import set_hypothesis_home_dir

from muster import REPOSITORY

pytest.register_assert_rewrite("answers", "wire")

set_hypothesis_home_dir(REPOSITORY / ".build/hypothesis")
