"""Words beside the chains and the lists of notebook 03, from frames small enough to check by hand."""

from math import nan
from types import SimpleNamespace
from typing import Any, cast

import pandas as pd
import pytest

from replicate.derivations.under_reporting.systems import Study
from replicate.display.words import under_reporting as words

NBSP = "\N{NO-BREAK SPACE}"
LINKS = pd.DataFrame(
    {
        "name": [
            "flagged, once recorded",
            "identified",
            "told: adults, 2019",
            "recorded: crimes, 2025",
        ],
        "link": ["flagged", "identified", "told", "recorded"],
        "lower": [nan, nan, 6.5, 94.75],
        "upper": [nan, nan, 7.5, 94.85],
        "factor": [nan, nan, 7.5 / 6.5, 94.85 / 94.75],
    }
)


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
    assert (
        words.links_title(LINKS.iloc[2 - missing :])
        == f"The widest published step is ‘told’; {said}"
    )


def test_the_words_give_every_range_and_name_what_nobody_published() -> None:
    said = "Bars on a log axis, the widest first. told: adults, 2019: 6.5 to 7.5 percent, a factor of 1.15"
    assert words.links_alt(LINKS).startswith(said)
    assert words.links_alt(LINKS).endswith(
        "Nothing is published for: flagged, once recorded; identified."
    )
    assert "Nothing" not in words.links_alt(LINKS.iloc[2:])


def test_links_of_a_table_have_a_share_or_the_kind_of_what_there_is() -> None:
    asked = dict.fromkeys(["link", "asked", "population", "unit", "period"], "x")
    listed = pd.DataFrame(
        [
            asked | {"published": 7.0, "lower": 6.5, "upper": 7.5, "kind": "published, rounded"},
            asked
            | {"published": nan, "lower": 73.5, "upper": 94.85, "kind": "range under assumptions"},
            asked | {"published": nan, "lower": nan, "upper": nan, "kind": "no published input"},
        ]
    )
    rows = words.links_rows(listed)
    assert rows["published"].tolist() == [
        f"7{NBSP}%",
        "range under assumptions",
        "no published input",
    ]
    assert rows["ends"].tolist() == [
        f"6.50 to 7.50{NBSP}%",
        f"73.5 to 94.8{NBSP}%",
        "no published input",
    ]
    assert list(rows.columns) == [
        "link",
        "asked",
        "population",
        "unit",
        "period",
        "published",
        "ends",
    ]


def test_steps_of_a_table_never_show_a_number_without_question_and_population() -> None:
    steps = pd.DataFrame(
        [
            {
                "chain": "a",
                "up_to": "told",
                "lower": 6.5,
                "upper": 7.5,
                "fewest": 13.33,
                "most": 15.38,
                "asked": "q",
                "of": "p",
                "kind": "k",
            },
            {
                "chain": "a",
                "up_to": "found",
                "lower": nan,
                "upper": nan,
                "fewest": nan,
                "most": nan,
                "asked": "r",
                "of": "none",
                "kind": "n",
            },
        ]
    )
    rows = words.steps_rows(steps.assign(assumed=[0, nan]))
    assert rows["share"].tolist() == [f"6.50 to 7.50{NBSP}%", "no published input"]
    assert rows["for_each"].tolist() == ["13.3 to 15.4", "no published input"]
    assert {"asked", "of"} <= set(rows.columns)


def test_the_kind_of_a_result_stands_behind_it() -> None:
    together = pd.DataFrame(
        {
            "model": ["chain"],
            "result": ["1 to 2 %"],
            "kind": ["range under assumptions"],
            "narrows": ["data"],
        }
    )
    rows = words.synthesis_rows(together)
    assert rows.to_dict("records") == [
        {"model": "chain", "result": "1 to 2 % (range under assumptions)", "narrows": "data"}
    ]


def study(example: Any) -> Study:
    table = SimpleNamespace(lists=("A", "B"), n_observed=1234)
    return cast("Study", SimpleNamespace(example=example, table=table))


def test_a_shipped_table_is_named_with_its_source_and_its_critics() -> None:
    found = study(
        SimpleNamespace(
            title="Potential victims, 2013", source="Silverman (2014)", criticism="Whitehead (2021)"
        )
    )
    assert (
        words.models_subtitle(found)
        == "People in all, by model; Potential victims, 2013; 1,234 observed"
    )
    assert words.models_source(found) == "Silverman (2014). Criticism: Whitehead (2021)"


def test_a_table_of_the_readers_own_is_named_by_its_lists() -> None:
    assert (
        words.models_subtitle(study(None))
        == "People in all, by model; A table of 2 lists; 1,234 observed"
    )
    assert words.models_source(study(None)) == "the file of lists given"


def test_the_note_counts_the_inputs_that_came_with_an_interval() -> None:
    assert words.intervals_note(3, 1_400).startswith("3 of these 1,400 figures came with an")
