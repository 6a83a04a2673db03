"""Pages that open after a form can be read by everybody, and are there without scripts, too."""

import pytest
from looks import schemes, too_narrow
from steps import of_administration, of_oneself

WALKS = [of_oneself, of_administration]


@pytest.mark.parametrize("walk", WALKS)
def test_axe_finds_nothing_serious_behind_a_form_and_nothing_is_cut_off(console, muster, walk):
    faults = {page: schemes(console) + too_narrow(console) for page in walk(console, muster)}
    assert {page: found for page, found in faults.items() if found} == {}


@pytest.mark.parametrize("walk", WALKS)
def test_what_opens_behind_a_form_is_there_without_scripts(plain, muster, walk):
    for page in walk(plain, muster):
        assert plain.find("h1").text and plain.find("main").text, page
