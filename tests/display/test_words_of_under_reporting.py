"""Words and figures of notebook 03, from small frames and from the published figures."""

from math import inf, nan
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from replicate.derivations.under_reporting import Study, links_listed, steps, study
from replicate.display import views
from replicate.display.figure import Figure
from replicate.display.words import under_reporting as words
from replicate.vocabulary.errors import InputError
from replicate.vocabulary.parameters import UnderReporting

NBSP = "\N{NO-BREAK SPACE}"
TOLD_EVER = 18
"""Percent who told the police at any point: Independent Inquiry into Child Sexual Abuse, *Report of
the Inquiry*, B.4, paragraph 37.2."""
LINKS = pd.DataFrame(
    {
        "name": ["flagged, once recorded", "identified", "told: adults", "recorded: crimes"],
        "lower": [nan, nan, 6.5, 94.75],
        "upper": [nan, nan, 7.5, 94.85],
        "factor": [nan, nan, 7.5 / 6.5, 94.85 / 94.75],
    }
)
MODELS = pd.DataFrame(
    {
        "chosen_by": ["best by BIC", "stepwise below 0.02", "no interactions"],
        "estimate": [22_991.3, 11_313.0, 13_444.1],
        "lower": [17_881.0, 9_879.0, 11_976.0],
        "upper": [inf, 13_036.0, 15_146.0],
    }
)


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Study:
    held: Path = tmp_path_factory.mktemp("lists") / "mine.csv"
    held.write_text(
        "A,B,C,people\n1,0,0,60\n0,1,0,50\n0,0,1,40\n1,1,0,20\n1,0,1,15\n0,1,1,12\n1,1,1,5\n",
        encoding="utf-8",
    )
    return study(UnderReporting(lists=str(held)))


@pytest.mark.parametrize(
    ("missing", "said"),
    [
        (2, "2 steps have no published input"),
        (1, "one step has no published input"),
        (0, "every step has a published input"),
    ],
)
def test_the_title_names_the_widest_step_and_counts_those_without_an_input(
    missing: int, said: str
) -> None:
    title = words.links_title(LINKS.iloc[2 - missing :])
    assert title == f"The widest published step is ‘told’; {said}"


def test_the_words_give_every_range_and_name_what_nobody_published() -> None:
    said = words.links_alt(LINKS)
    assert "told: adults: 6.50 to 7.50" in said
    assert said.endswith("Nothing is published for: flagged, once recorded; identified.")
    assert "Nothing" not in words.links_alt(LINKS.iloc[2:])


def test_a_row_without_a_published_input_says_so_and_a_range_says_its_kind() -> None:
    rows = words.links_rows(links_listed(UnderReporting())).set_index("link")
    assert list(rows.loc["told_ever", ["published", "ends"]]) == [
        f"{TOLD_EVER}{NBSP}%",
        f"17.5 to 18.5{NBSP}%",
    ]
    assert rows.loc["recorded_between", "published"] == "range under assumptions"
    assert list(rows.loc["identified", ["published", "ends"]]) == [words.NOTHING] * 2
    shown = words.steps_rows(steps(UnderReporting()))
    last = shown[shown["share"] == words.NOTHING]
    assert (last["for_each"] == words.NOTHING).all()
    assert len(last) == 4


def test_the_first_chain_is_said_with_where_it_ends() -> None:
    said = words.chain_sentence(steps(UnderReporting()))
    assert f"6.50 to 7.50{NBSP}% told the police" in said
    assert said.endswith("Nothing was published for the step after: identified as group-based.")
    sampled = UnderReporting(scenarios="sampled", draws=1_000)
    assert "Nothing" not in words.chain_sentence(steps(sampled))


def test_the_ends_of_the_models_are_said_and_how_many_a_published_range_holds() -> None:
    title = words.models_title(MODELS)
    assert title == "By the choice of a model alone, one table gives 11,313 to 22,991 people"
    said = words.models_alt(MODELS, None)
    assert "The lowest: 11,313 (9,879 to 13,036), stepwise below 0.02." in said
    assert "The highest: 22,991 (17,881 to no limit), best by BIC." in said
    held = words.models_alt(MODELS, (10_000, 14_000))
    assert held.endswith("Within the published range, 10,000 to 14,000: 2 of 3.")


def test_an_interval_is_said_with_its_resamples_and_its_range_over_seeds(own: Study) -> None:
    said = words.lists_sentence(own)
    drawn = own.intervals[own.intervals["method"] == "BCa bootstrap"]
    least, most = (f"{drawn[end].min():,.0f}–{drawn[end].max():,.0f}" for end in ("lower", "upper"))
    assert f"2,000 resamples, runs from {least} to {most} over 5 seeds" in said
    none = study(UnderReporting(resamples=0, criterion="none", order=1))
    assert "seeds" not in words.lists_sentence(none)


def test_resamples_are_drawn_and_their_quarters_said(own: Study) -> None:
    drawn = views.list_resamples(own)
    assert isinstance(drawn, Figure)
    values = drawn.data["estimate"]
    assert len(values) == 2_000
    assert words.resamples_title(values) == (
        f"Half of the resamples give {values.quantile(0.25):,.0f} to {values.quantile(0.75):,.0f} people"
    )
    assert f"{values.median():,.0f}" in words.resamples_alt(values)
    none = study(UnderReporting(resamples=0, criterion="none", order=1))
    assert "No resamples" in str(views.list_resamples(none))


def test_lists_of_ones_own_are_drawn_by_every_way_of_choosing_a_model(own: Study) -> None:
    drawn = views.list_models(own)
    assert (drawn.data["estimate"] > 202).all()
    assert "no interactions" in set(drawn.data["model"])
    assert "3 lists of your own; 202 observed" in drawn.html
    assert "the file of lists given" in drawn.html


def test_a_shipped_table_is_named_with_its_source_and_its_critics() -> None:
    html = views.list_models(study(UnderReporting(resamples=0, criterion="none", order=1))).html
    for part in ("Silverman (2014)", "Criticism: Whitehead", "2,744 observed", "10,000 to 13,000"):
        assert part in html


def test_totals_are_said_with_the_one_bound_they_leave() -> None:
    assert "1,523 or more, without upper limit" in words.totals_sentence()


def test_the_links_of_the_chains_asked_for_are_drawn_with_the_published_share_inside() -> None:
    drawn = views.chain_links(UnderReporting(scenarios="ever"), name="own")
    assert "told_at_time" not in set(drawn.data["link"])
    (ever,) = drawn.data[drawn.data["link"] == "told_ever"].to_dict("records")
    assert ever["lower"] <= TOLD_EVER <= ever["upper"]
    assert 'id="fig-own"' in drawn.html
    with pytest.raises(InputError, match="recorded_sexual_2013"):
        views.chain_links(UnderReporting(links=("told_ever", "recorded_sexual_2013")))


def test_the_rise_is_drawn_for_the_offences_and_years_asked_for() -> None:
    asked: dict[str, Any] = {"definition": "child_specific", "last": "2018"}
    drawn = views.recorded_and_reported(UnderReporting(**asked))
    rows = drawn.data
    assert rows["year"].agg(["min", "max"]).tolist() == [2013, 2018]
    assert rows.loc[rows["year"] == 2013, "value"].tolist() == [100]
    assert rows.loc[rows["value"].isna(), "year"].unique().tolist() == [2018]
    assert (rows["lower"].dropna() < rows["upper"].dropna()).all()
    with pytest.raises(InputError, match="no published recording rate"):
        views.recorded_and_reported(UnderReporting(last="2015"))


def test_sentences_become_a_list_with_their_signs_as_they_are() -> None:
    assert str(views.listed(["×2 of *all*", "5 % | 6 %"])) == "- ×2 of *all*\n- 5 % | 6 %"
