import csv
from collections.abc import Callable, Mapping

import pytest

from replicate.ledger import Verdict
from replicate.publication.tallies import OUTCOMES, groups, tally
from replicate.publication.verdicts import COLUMNS, DETAILS, as_csv, check, complete, figure, shown
from replicate.vocabulary.errors import RunError

MakeRow = Callable[..., Mapping[str, object]]


def test_every_verdict_belongs_to_one_outcome() -> None:
    counted = [verdict for outcome in OUTCOMES for verdict in outcome.verdicts]
    assert sorted(counted) == sorted(Verdict)


def test_counts_are_said_in_words_and_name_their_claims(row: MakeRow) -> None:
    rows = [
        row("C01"),
        row("C02", verdict="exact"),
        row("C03", verdict="differs"),
        row("C04", verdict="not_public"),
    ]
    found = [(part.words, tuple(str(one["id"]) for one in part.rows)) for part in tally(rows)]
    assert found == [
        ("2 are reproduced", ("C01", "C02")),
        ("1 differs", ("C03",)),
        ("1 rests on data not published", ("C04",)),
    ]
    assert tally([]) == []


def test_of_the_headline_what_no_figure_came_to_is_said_as_well(row: MakeRow) -> None:
    (group,) = groups([row("C01", verdict="differs")])
    assert [(part.words, len(part.rows)) for part in group.tally] == [
        ("none is reproduced", 0),
        ("none is compatible", 0),
        ("1 differs", 1),
        ("none contradicts another published figure", 0),
        ("none is inconclusive", 0),
        ("none rests on a table not held", 0),
        ("none rests on data not published", 0),
    ]


def test_a_claim_that_shows_the_figure_of_a_part_is_counted_as_the_part_alone(row: MakeRow) -> None:
    parts = groups(
        [row("C12", headline=False, shows="C12a"), row("C12a"), row("O1", headline=False)]
    )
    assert [(group.id, [one["id"] for one in group.rows]) for group in parts] == [
        ("headline", ["C12a"]),
        ("data", ["O1"]),
        ("shows", ["C12"]),
    ]


def test_claims_are_parted_by_what_could_settle_them(row: MakeRow) -> None:
    rows = [
        row(
            "T1",
            basis="text",
            headline=False,
            verdict="not_a_statistic",
            published=None,
            computed=None,
            difference=None,
        ),
        row("A1", basis="arithmetic", headline=False),
        row("O1", headline=False),
        row("C01"),
    ]
    assert [(group.id, [one["id"] for one in group.rows]) for group in groups(rows)] == [
        ("headline", ["C01"]),
        ("data", ["O1"]),
        ("arithmetic", ["A1"]),
        ("text", ["T1"]),
    ]
    (text,) = groups(rows[:1])
    assert (text.id, [part.words for part in text.tally]) == ("text", ["1 is not a statistic"])


def test_figures_are_written_with_their_units(row: MakeRow) -> None:
    counted, shared = (
        shown(given)
        for given in (
            row("C01"),
            row("C02", unit="percent", published=7, computed=6.61, difference=-0.39),
        )
    )
    assert (counted["published"], counted["computed"], counted["difference"]) == (
        "1,200 offences",
        "1,198 offences",
        "−2 offences",
    )
    assert (shared["published"], shared["computed"], shared["difference"]) == (
        "7 %",
        "6.61 %",
        "−0.39 percentage points",
    )
    assert counted["word"] == "within revision"


def test_figures_may_be_words_or_missing() -> None:
    assert figure("78 to 79", "percent") == "78 to 79 %"
    assert figure("two-thirds", "percent") == "two-thirds"
    assert figure(None, "percent") is None
    assert figure(12, None) == "12"


def test_a_row_that_says_little_is_completed_and_what_it_says_is_kept(row: MakeRow) -> None:
    (whole,) = complete([row("C01", period="2024")])
    assert set(whole) == {*COLUMNS, *DETAILS}
    assert (whole["period"], whole["vintages"]) == ("2024", ())
    assert whole["meaning"] == Verdict.WITHIN_REVISION.meaning


def test_every_row_is_given_as_csv(row: MakeRow) -> None:
    text = as_csv([row("C01", reason='says "2, below"'), row("C02", published=None)])
    first, second = csv.DictReader(text.splitlines())
    assert tuple(first) == COLUMNS
    assert first["reason"] == 'says "2, below"'
    assert second["published"] == ""


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"verdict": "proved"}, "not in the vocabulary"),
        ({"id": "C01"}, "two verdicts of one claim"),
        ({"reason": ...}, "lacks something"),
    ],
)
def test_rows_that_no_page_can_be_made_of_are_refused_by_name(
    row: MakeRow, changes: dict[str, object], fault: str
) -> None:
    bad = {name: value for name, value in row("C02", **changes).items() if value is not ...}
    with pytest.raises(RunError, match=fault) as caught:
        check([row("C01"), bad])
    assert caught.value.where == f"verdict of claim {bad['id']}"


def test_a_row_without_an_id_is_refused(row: MakeRow) -> None:
    with pytest.raises(RunError, match="without an id"):
        check([{}])
