"""The pictures in benchmarks.md show what its tables say."""

import sys
from xml.etree import ElementTree

from muster import REPOSITORY

sys.path.insert(0, str(REPOSITORY / "Benchmarks/peers"))

import plot  # noqa: E402

PAGE = REPOSITORY / "docs/benchmarks.md"
SAMPLE = """
## Beside others

| what | bar | aim | measured |  |
| --- | --- | --- | --- | --- |
| look-ups, of nginx | ≥ 0.60 | ≥ 0.75 | 0.51 | **bar missed** by 15% |
| peak of `memory`, MiB | ≤ 80.0 | ≤ 65.0 | 70.0 | bar reached |
| not measured | ≤ 80.0 | ≤ 65.0 | – | not measured |

## Growth

| p50, ms | 10,000 users | 1,000,000 users | slope | bar | aim |  |
| --- | --- | --- | --- | --- | --- | --- |
| page of 50 by id | 0.30 | 0.40 | 0.06 | 5 | 1 | aim reached |
"""


def test_the_pictures_are_those_of_the_page():
    drawn = plot.pictures(PAGE.read_text())
    for name in (plot.JUDGED, plot.GROWN):
        file = PAGE.parent / name
        assert (file.read_text() if file.exists() else None) == drawn.get(name), (
            f"{name} shows something else: run Benchmarks/peers/plot.py"
        )
        assert drawn.get(name) is None or f"]({name})" in PAGE.read_text()
        assert drawn.get(name) is None or ElementTree.fromstring(drawn[name]).tag.endswith("svg")


def test_a_figure_stands_beside_its_bar_and_aim():
    assert plot.judged(SAMPLE) == {
        "Beside others": [
            ("look-ups, of nginx", 0.6, 0.75, 0.51, False),
            ("peak of memory, MiB", 80, 65, 70, True),
        ]
    }
    picture = plot.pictures(SAMPLE)[plot.JUDGED]
    assert picture.count(plot.MISSED) == 2 and picture.count(plot.BETWEEN) == 2, "one row each, beside the legend"
    assert picture.count(plot.REACHED) == 1


def test_what_grows_is_a_line_from_size_to_size():
    assert plot.grown(SAMPLE) == ([10_000, 1_000_000], [("page of 50 by id", [0.3, 0.4])])
    picture = plot.pictures(SAMPLE)[plot.GROWN]
    assert picture.count("<polyline") == 1 and "1,000,000 users" in picture
    assert plot.GROWN not in plot.pictures("# Nothing\n")
