import csv
import io
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from replicate.ledger import Verdict
from replicate.publication.claims import (
    COLUMNS,
    Place,
    as_csv,
    cards,
    claim_page,
    complete,
    groups,
    headline,
    listed,
    numbers,
    places,
    quotable,
    shown,
    verdicts_drawn,
    written,
)
from replicate.publication.page import Shown
from replicate.vocabulary.errors import RunError

MakeRow = Callable[..., Mapping[str, object]]


@pytest.fixture
def full(row: MakeRow) -> Callable[..., Mapping[str, Any]]:
    """Make a row that says everything."""

    def made(name: str = "C01", **changes: object) -> Mapping[str, Any]:
        (completed,) = complete([row(name, value=1200.0, **changes)])
        return completed

    return made


RELEASES = [
    {
        "vintage": "2023-10",
        "computed": "1,300 offences",
        "value": 1300.0,
        "verdict": "differs",
        "reason": "far",
    },
    {
        "vintage": "2026-04",
        "computed": "1,198 offences",
        "value": 1198.0,
        "verdict": "within_revision",
        "reason": "near",
    },
    {
        "vintage": "2025-10",
        "computed": "not computed",
        "value": None,
        "verdict": None,
        "reason": "The release does not wholly cover the period.",
    },
]


# Rows.


@pytest.mark.parametrize("column", COLUMNS)
def test_a_row_that_lacks_something_is_refused(row: MakeRow, column: str) -> None:
    bare = {name: value for name, value in row("C01").items() if name != column}
    with pytest.raises(RunError, match="lacks something") as caught:
        complete([bare])
    assert caught.value.expected == column


def test_an_unknown_verdict_and_a_claim_twice_are_refused(row: MakeRow) -> None:
    with pytest.raises(RunError, match="not in the vocabulary"):
        complete([row("C01", verdict="fine")])
    with pytest.raises(RunError, match="two verdicts of one claim"):
        complete([row("C01"), row("C02"), row("C01")])


def test_the_file_of_verdicts_has_them_as_they_were_given(row: MakeRow) -> None:
    text = as_csv(complete([row("C01", statement='A "quoted", one')]))
    (read,) = csv.DictReader(io.StringIO(text))
    assert tuple(read) == COLUMNS
    assert (read["verdict"], read["statement"]) == ("within_revision", 'A "quoted", one')


# Words for figures.


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (102878, "offences", "102,878 offences"),
        (0.15, "percent", "0.15 %"),
        (2, "weekday", "Tuesday"),
        ("around 66.7", "percent", "around 66.7 %"),
        ("not seen", "percent", "not seen"),
        (5, None, "5"),
        (None, "offences", None),
    ],
)
def test_a_figure_has_its_unit(value: object, unit: str | None, text: str | None) -> None:
    assert written(value, unit) == text


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"difference": -44.0, "relative": -0.0428}, "44 fewer (0.043 %)"),
        ({"difference": 44.0, "relative": None}, "44 more"),
        ({"difference": 0.0}, "none"),
        ({"difference": -0.608, "unit": "percent"}, "0.608 percentage points lower"),
        ({"difference": 1.0, "unit": "weekday", "published": 2, "computed": 3}, "another day"),
        ({"difference": None}, None),
    ],
)
def test_a_difference_is_a_number_and_a_percentage(
    full: MakeRow, changes: dict[str, Any], text: str | None
) -> None:
    assert shown(full(**changes))["difference"] == text


@pytest.mark.parametrize(
    ("ends", "text"),
    [
        ({"lower": 3.0, "upper": 5.0}, "3 offences to 5 offences"),
        ({"lower": 3.0, "upper": None}, "3 offences or more"),
        ({"lower": None, "upper": 5.0}, "5 offences or less"),
    ],
)
def test_a_range_stands_where_there_is_no_value(
    full: MakeRow, ends: dict[str, Any], text: str
) -> None:
    told = full(computed=None, uncertainty={"kind": "worst-case bounds", **ends})
    assert shown(told)["computed"] == text


def test_a_share_by_ethnicity_is_not_said_without_what_is_missing(full: MakeRow) -> None:
    told = full(published="52", unit="percent", missing="Ethnicity is missing for 66 %.")
    assert headline(told) == "Offences recorded in a year"
    assert quotable(told).endswith("Ethnicity is missing for 66 %.")


# What the verdicts come to.


def test_claims_are_counted_in_groups_and_in_words(row: MakeRow) -> None:
    rows = complete(
        [
            row("C01", verdict="exact"),
            row("C02", verdict="differs"),
            row("C03", verdict="exact"),
            row("V01", headline=False),
            row("B02", headline=False, basis="text", verdict="not_a_statistic"),
            row("H01", shows="H01a"),
        ]
    )
    found = groups(rows)
    assert [(group.id, len(group.rows)) for group in found] == [
        ("headline", 3),
        ("data", 1),
        ("text", 1),
        ("shows", 1),
    ]
    assert found[0].sentence.endswith(": 3. 2 matches exactly; 1 does not match.")
    assert [(one.verdict, one.count) for one in found[0].tally] == [
        (Verdict.EXACT, 2),
        (Verdict.DIFFERS, 1),
    ]


def test_the_list_has_the_headline_first_and_forty_a_page(row: MakeRow) -> None:
    others = [row(f"V{number:02}", headline=False) for number in range(50)]
    first, second = listed(complete([*others, row("C01")]))
    assert [one["id"] for one in first[:2]] == ["C01", "V00"]
    assert (len(first), len(second)) == (40, 11)
    assert first[0]["label"] == "Matches, allowing for later revisions"


def test_the_first_page_leads_with_three_figures_computed_in_full(row: MakeRow) -> None:
    kind = {"kind": "unrecorded", "population": "all_crime"}
    whose = {"force": "Kent", "window": "12 months to 2016-11-30"}
    force = {"derivation": kind | whose, "verdict": "compatible"}
    share = {"unit": "percent", "computed": None, "difference": None, "verdict": "not_public"}
    rows = [
        row(
            "C01",
            published="102,878",
            period="2024",
            computed=102834.0,
            difference=-44.0,
            relative=-0.0428,
            verdict="compatible",
            seen="start",
        ),
        row("F01a", geography="Kent", **force),
        row("F02a", geography="Essex", **(force | {"verdict": "inconclusive"})),
        row("F03a", geography="Essex"),
        row("F04a", geography="Dorset", derivation=kind | whose | {"window": ""}),
        row("F05a", geography="Dorset", derivation=kind | whose | {"population": "violence"}),
        row("R01", published="80.5", value=80.5, period="2013", **share),
        row("R07", published="94.8", value=94.8, period="2025", **share),
    ]
    one, family, pair = cards(complete(rows))
    assert one.heading == "102,878 child sexual abuse offences recorded, 2024"
    assert one.text == (
        "Our count: 102,834 offences, 44 fewer (0.043 %). "
        "Second-hand: not seen in the report itself."
    )
    assert (one.link, one.labels) == (
        "claims/C01.html",
        [(Verdict.COMPATIBLE.label, Verdict.COMPATIBLE)],
    )
    assert "2 police forces" in family.heading
    assert family.labels == [("1 of 2 match", Verdict.COMPATIBLE)]
    assert family.text == "1 if our method is theirs; Can't tell: 1."
    (differing,) = cards(complete([row("F01a", **(force | {"verdict": "differs"}))]))
    assert differing.labels == [("Does not match", Verdict.DIFFERS)]
    assert differing.text == "Does not match: 1."
    assert pair.heading == "Police record 80.5 % of reported crime (2013), 94.8 % (2025)"
    # 19.5 in 100 is 1 in 5.1, 5.2 in 100 is 1 in 19.2
    assert pair.text == "So about 1 in 5 reported crimes went unrecorded then, and 1 in 20 now."
    assert cards([]) == []
    bare = cards(complete([row("C01", computed=None, difference=None)]))
    assert bare[0].text.startswith("Second-hand")


def test_what_was_recomputed_is_drawn_as_a_percentage_of_what_was_published(full: MakeRow) -> None:
    ends = {"kind": "rounding", "lower": 900.0, "upper": None}
    drawn = verdicts_drawn(
        [
            full("C01", computed=1320.0, geography="England and Wales"),
            full("C02", uncertainty=ends, geography="Kent"),
            full("C03", headline=False),
        ]
    )
    assert drawn
    frame = drawn.data
    # 1,198 and 1,320 of 1,200
    assert frame["value"].round(2).tolist() == [99.83, 110.0]
    assert frame.loc[0, "lower"] == 75
    assert frame["upper"].isna().all()
    assert frame["name"].tolist() == ["C02 Kent 1200", "C01 1200"]
    assert drawn.svg.count("<text")
    assert verdicts_drawn([full(computed=None)]) is None


# A claim's page.


def test_a_page_says_the_figure_ours_and_the_difference_first(full: MakeRow) -> None:
    reason = "First. Second; third stays. Third. Fourth. A made-up number would match."
    made = claim_page(full(reason=reason, context="Beside it.", printed=None), [])
    assert made.view["heading"] == "1,200: Offences recorded in a year"
    assert made.view["reasons"] == ["First.", "Second; third stays.", "Third."]
    assert made.view["more"][:3] == ["Fourth.", "A made-up number would match.", "Beside it."]
    assert made.view["more"][3].startswith("A made-up figure is")
    assert set(made.files) == {"C01.csv", "C01.svg", "C01.png"}
    assert made.files["C01.png"].startswith(b"\x89PNG")
    assert made.view["share"] == "claims/C01.png"
    assert dict(made.view["facts"])["Uncertainty"].startswith("No sampling error")


def test_a_page_of_a_figure_that_was_not_computed_says_what_it_would_take(full: MakeRow) -> None:
    told = full(
        computed=None,
        difference=None,
        verdict="not_public",
        access_note="The audit records.",
        source_url="https://example.org/a?b&c",
    )
    made = claim_page(told, [])
    facts = dict(made.view["facts"])
    assert facts["What it would take"] == "The audit records."
    assert (
        facts["Read at"]
        == '<a href="https://example.org/a?b&amp;c">https://example.org/a?b&amp;c</a>'
    )
    assert made.view["figure"] is None
    assert list(made.files) == ["C01.csv"]
    assert made.view["derivation"] is None


@pytest.mark.parametrize(
    ("found", "text"),
    [
        (
            {
                "kind": "sampling interval",
                "lower": 1.0,
                "upper": 2.0,
                "level": 0.95,
                "method": "Wilson",
            },
            "sampling interval at 95 %: 1 offences to 2 offences (Wilson)",
        ),
        ({"kind": "rounding", "lower": 1.0, "upper": None}, "rounding: 1 offences to no limit"),
    ],
)
def test_uncertainty_keeps_its_kind(full: MakeRow, found: dict[str, Any], text: str) -> None:
    facts = dict(claim_page(full(uncertainty=found), []).view["facts"])
    assert facts["Uncertainty"] == text


def test_arguments_that_were_left_empty_say_nothing(full: MakeRow) -> None:
    given = {"kind": "recorded_total", "periods": ["2024", "2023"], "releases": [], "of": {"a": 1}}
    derivation = claim_page(full(derivation=given | {"code": "17A"}), []).view["derivation"]
    assert derivation["arguments"] == [
        ("periods", "2024, 2023"),
        ("of", '{"a": 1}'),
        ("code", "17A"),
    ]


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"derivation": {"kind": "recorded_total"}}, "how much abuse took place"),
        ({"derivation": {"kind": "arithmetic"}}, "that either figure is right"),
        ({"derivation": None}, "that the figure is wrong"),
        ({"verdict": "not_a_statistic"}, "anything that data could test"),
    ],
)
def test_what_is_not_shown_goes_by_what_the_claim_is_about(
    full: MakeRow, changes: dict[str, Any], word: str
) -> None:
    assert word in claim_page(full(**changes), []).view["not_shown"]


@pytest.mark.parametrize("verdict", sorted(set(Verdict)))
def test_every_verdict_can_be_quoted_in_a_sentence(full: MakeRow, verdict: str) -> None:
    for changes in ({}, {"computed": None, "difference": None, "published": "in words"}):
        said = quotable(full(verdict=verdict, **changes))
        assert said.startswith("Offences recorded in a year")
        assert "{" not in said
        assert "None" not in said


def test_releases_that_part_are_said(full: MakeRow) -> None:
    made = claim_page(full(vintages=RELEASES), [])
    assert "2023-10: “Does not match”" in made.view["apart"]
    assert made.view["by_release"].startswith(made.view["apart"])
    assert [one["label"] for one in made.view["releases"]][1:] == [
        "Matches, allowing for later revisions",
        None,
    ]
    frame = numbers(full(vintages=RELEASES))
    assert "Our figure by release 2023-10 alone" in set(frame["what"])
    same = claim_page(full(vintages=[RELEASES[1], RELEASES[1]]), []).view
    assert same["by_release"].startswith("The verdict is the same")
    assert (
        claim_page(full(vintages=RELEASES[1:]), []).view["by_release"].startswith("Fewer than two")
    )


def test_the_numbers_of_a_page_have_their_ranges(full: MakeRow) -> None:
    ends = {"lower": 1150.0, "upper": 1250.0}
    frame = numbers(full(printed=ends, revised=ends, uncertainty={"kind": "rounding", **ends}))
    assert frame["kind"].tolist() == ["rounding", "revision", "rounding"]
    assert frame["lower"].tolist() == [1150.0] * 3
    assert set(frame["unit"]) == {"offences"}


def test_a_weekday_is_not_drawn(full: MakeRow) -> None:
    assert claim_page(full(unit="weekday", published="2", computed=2.0), []).view["figure"] is None


def test_places_are_verdict_boxes_first_and_then_rows_of_tables() -> None:
    def said(kind: str, name: str, ids: list[str]) -> Shown:
        bundle = {"kind": kind, "name": name, "title": "All & every", "claims": ids}
        return Shown("cell", bundle, {})

    found = places(
        {
            "01.html": ("Counts", [said("table", "all", ["C01", "C02"])]),
            "04.html": ("Verdicts", [said("verdict", "C01", ["C01"])]),
        }
    )
    assert found["C01"] == [
        Place("04.html", "verdict-C01", "Verdicts: the verdict"),
        Place("01.html", "tab-all", "Counts: All & every"),
    ]
    assert found["C02"] == [Place("01.html", "tab-all", "Counts: All & every")]
