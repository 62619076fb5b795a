from collections.abc import Callable, Mapping

import pytest

from replicate.derivations.kinds.registry import derivations
from replicate.derivations.verification import verify
from replicate.ledger import Verdict
from replicate.publication.claims.words import (
    by_release,
    computed,
    not_shown,
    placebo,
    quotable,
    releases_apart,
    subject,
)
from replicate.publication.verdicts import complete

MakeRow = Callable[..., Mapping[str, object]]


def test_one_sentence_says_figure_source_verdict_and_caveat(row: MakeRow) -> None:
    (given,) = complete([row("C01", verdict="compatible", derivation={"kind": "recorded_total"})])
    assert quotable(given) == (
        "Offences recorded in a year: 1,200 offences (attributed to the audit by a newspaper); a definition that the report does not state "
        "gives 1,198 offences, which is compatible with it; recorded crime includes non-recent offences, and counts what was written down, "
        "not how much abuse took place."
    )


def test_a_share_by_ethnicity_is_quoted_with_what_is_missing(row: MakeRow) -> None:
    missing = (
        "The share of all suspects cannot be bounded: the share that is missing is not published."
    )
    changes = {
        "computed": None,
        "difference": None,
        "verdict": "not_public",
        "missing": missing,
        "published": "52",
        "unit": "percent",
    }
    (given,) = complete([row("C08", **changes, derivation={"kind": "share_by_ethnicity"})])
    assert "52 %" in quotable(given)
    assert quotable(given).endswith(missing)


@pytest.mark.parametrize(
    ("published", "said"),
    [("in words", "A year (attributed"), ("not seen", "A year: the figure was not seen (att")],
)
def test_where_there_is_no_figure_none_is_quoted(row: MakeRow, published: str, said: str) -> None:
    (given,) = complete(
        [
            row(
                "C05",
                statement="A year",
                published=published,
                computed=None,
                verdict="not_a_statistic",
            )
        ]
    )
    assert quotable(given).startswith(said)


def test_who_says_it_is_left_out_where_nobody_is_known_to(row: MakeRow) -> None:
    (given,) = complete([row("C01", attribution="")])
    assert "()" not in quotable(given)


@pytest.mark.parametrize("verdict", Verdict)
def test_every_verdict_reads_as_a_sentence(row: MakeRow, verdict: Verdict) -> None:
    for changes in ({}, {"computed": None, "difference": None}):
        (given,) = complete([row("C01", verdict=verdict.value, **changes)])
        assert quotable(given).endswith(".")
        assert "None" not in quotable(given)


@pytest.mark.parametrize(
    ("uncertainty", "said"),
    [
        (None, None),
        ({"kind": "worst-case bounds", "lower": 2.0, "upper": 68.0}, "2 % to 68 %"),
        ({"kind": "worst-case bounds", "lower": 60.0, "upper": None}, "60 % or more"),
        ({"kind": "worst-case bounds", "lower": None, "upper": 60.0}, "60 % or less"),
    ],
)
def test_a_range_is_written_where_there_is_no_value(
    row: MakeRow, uncertainty: object, said: str | None
) -> None:
    (given,) = complete([row("C01", computed=None, unit="percent", uncertainty=uncertainty)])
    assert computed(given) == said


def alone(vintage: str, verdict: str | None) -> dict[str, object]:
    value = 1198.0 if verdict else None
    return {
        "vintage": vintage,
        "verdict": verdict,
        "value": value,
        "computed": "1,198 offences",
        "reason": "a reason",
    }


def test_a_verdict_that_one_release_alone_would_change_says_so_wherever_it_is_read(
    row: MakeRow,
) -> None:
    (given,) = complete(
        [
            row(
                "S05",
                verdict="differs",
                vintages=[alone("2023-10", "compatible"), alone("2026-04", "differs")],
            )
        ]
    )
    said = releases_apart(given)
    assert "“differs” over all" in said
    assert "2023-10: “compatible”; 2026-04: “differs”" in said
    assert quotable(given).endswith(said)
    assert by_release(given).startswith(said)
    assert "nearest to the published figure" in by_release(given)


@pytest.mark.parametrize(
    ("verdicts", "said"),
    [
        (("differs", "differs"), "the same in each release"),
        ((None, "differs"), "Fewer than two"),
        ((None, None), "Fewer than two"),
    ],
)
def test_a_verdict_that_no_release_changes_says_that(
    row: MakeRow, verdicts: tuple[str | None, ...], said: str
) -> None:
    releases = [
        alone(name, verdict) for name, verdict in zip(("2023-10", "2026-04"), verdicts, strict=True)
    ]
    (given,) = complete([row("S05", verdict="differs", vintages=releases)])
    assert said in by_release(given)
    assert releases_apart(given) == ""


def test_one_release_that_alone_gives_another_verdict_is_named(row: MakeRow) -> None:
    (given,) = complete(
        [
            row(
                "S05",
                verdict="compatible",
                vintages=[alone("2023-10", None), alone("2026-04", "differs")],
            )
        ]
    )
    assert "2026-04: “differs”" in by_release(given)


def test_a_placebo_is_explained_where_a_reason_speaks_of_one(row: MakeRow) -> None:
    assert placebo(row("C01")) == ""
    assert placebo(row("C01", reason="A made-up number would match.")).startswith(
        "A made-up number of this size"
    )


def test_every_kind_of_derivation_has_words_of_its_own() -> None:
    kinds = {derivation.kind for derivation in derivations().values()}
    said = {kind: subject({"derivation": {"kind": kind}, "verdict": "differs"}) for kind in kinds}
    assert said["share_by_ethnicity"] == "ethnicity"
    assert said["unrecorded"] == "unrecorded"
    recorded = {kind for kind, about in said.items() if about == "recorded"}
    assert recorded == {"recorded_total", "recorded_share", "recorded_change", "all_crime"}
    assert {"census_share", "assessments", "arithmetic"} <= set(said)


def test_every_claim_says_what_it_does_not_show() -> None:
    for result in verify(["C01", "C08", "C12a", "S16", "H03", "R08a", "C05", "C20"]):
        assert not_shown(result.as_json())
