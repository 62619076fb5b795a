from pathlib import Path

import pytest

from replicate.derivations.under_reporting import lists_shown
from replicate.display import views
from replicate.vocabulary.errors import InputError
from replicate.vocabulary.parameters import UnderReporting

TOLD_EVER = 18
"""Percent who told the police at any point: Independent Inquiry into Child Sexual Abuse, *Report of the Inquiry*, B.4, paragraph 37.2."""


def test_the_links_of_the_chains_asked_for_are_drawn_with_the_published_share_inside_them() -> None:
    drawn = views.chain_links(UnderReporting(scenarios="ever"), name="own")
    assert "told_at_time" not in set(drawn.data["link"])
    (ever,) = drawn.data[drawn.data["link"] == "told_ever"].to_dict("records")
    assert ever["lower"] <= TOLD_EVER <= ever["upper"]
    assert 'id="fig-own"' in drawn.html


def test_links_that_nothing_bridges_are_refused() -> None:
    with pytest.raises(InputError, match="recorded_sexual_2013"):
        views.chain_links(UnderReporting(links=("told_ever", "recorded_sexual_2013")))


def test_lists_of_ones_own_are_drawn_by_every_way_of_choosing_a_model(tmp_path: Path) -> None:
    held = tmp_path / "mine.csv"
    held.write_text(
        "A,B,C,people\n1,0,0,60\n0,1,0,50\n0,0,1,40\n1,1,0,20\n1,0,1,15\n0,1,1,12\n1,1,1,5\n",
        encoding="utf-8",
    )
    drawn = views.list_models(lists_shown.shown(UnderReporting(lists=str(held), resamples=0)))
    assert (drawn.data["estimate"] > 60 + 50 + 40 + 20 + 15 + 12 + 5).all()
    assert "no interactions" in set(drawn.data["model"])
    assert "A table of 3 lists; 202 observed" in drawn.html
