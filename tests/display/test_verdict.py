from collections.abc import Callable
from typing import Any

import pytest

from replicate.display.bundle import SHOWN, is_true
from replicate.display.verdict import SYMBOLS, verdict_box
from replicate.ledger import Comparison, Computed, Verdict, claims, compare
from replicate.vocabulary.uncertainty import SamplingInterval, Uncertainty, WorstCaseBounds


def found(
    value: float | None, unit: str, uncertainty: Uncertainty | None = None, description: str = ""
) -> Computed:
    return Computed(value, unit, uncertainty, definition_stated=True, description=description)


def rows(page: Any) -> dict[str, str]:
    return dict(zip(page.all_text("dt"), page.all_text("dd"), strict=True))


def boxed(name: str, computed: Computed | None) -> Comparison:
    return compare(claims()[name], computed)


def test_a_box_says_what_was_published_how_it_was_seen_and_why_the_verdict(
    read: Callable[[str], Any],
) -> None:
    # 1,125 of 4,228 is 26.6 %, published as 26 (claims H01, H04 and H05)
    comparison = boxed(
        "H05", found(100 * 1125 / 4228, "percent", description="The published counts divided.")
    )
    page = read(verdict_box(comparison).html)
    assert page.elements[0] == (
        "section",
        {
            "class": "verdict verdict-inconsistent",
            "id": "verdict-H05",
            "aria-labelledby": "verdict-H05-title",
        },
    )
    assert page.all_text("h3") == [f"Claim H05: {claims()['H05'].statement}"]
    assert page.all_text("p") == [
        "↯ Contradicts another published figure published figures contradict one another; both are shown."
    ]
    assert rows(page) == {
        "Published": "26 %, read in the publication of Hydrant COCAD",
        "Our figure": "26.61 %. The published counts divided.",
        "Difference": "0.608 percentage points above the published figure",
        "Reason": comparison.reason,
    }


def test_the_sign_is_not_read_aloud(read: Callable[[str], Any]) -> None:
    page = read(verdict_box(boxed("H05", found(26.6, "percent"))).html)
    assert page.one("span") == {"aria-hidden": "true"}


def test_the_text_says_the_same(read: Callable[[str], Any]) -> None:
    shown = verdict_box(boxed("H05", found(26.6, "percent")))
    page = read(shown.html)
    lines = shown.text.splitlines()
    assert lines[0] == page.all_text("h3")[0]
    assert lines[1] == (
        "Contradicts another published figure: published figures contradict one another; both are shown."
    )
    assert lines[2:] == [f"{name}: {text}" for name, text in rows(page).items()]


def test_equal_figures_do_not_differ(read: Callable[[str], Any]) -> None:
    page = read(verdict_box(boxed("C01", found(102878, "offences"))).html)
    assert rows(page)["Our figure"] == "102,878 offences"
    assert rows(page)["Difference"] == "none"


@pytest.mark.parametrize(
    ("computed", "text"),
    [
        (
            found(66.0, "percent", SamplingInterval(60, 72, level=0.95, method="Wilson")),
            "66\u00a0% (95\u00a0% interval 60\u00a0% to 72\u00a0%)",
        ),
        (
            found(None, "percent", WorstCaseBounds(2.5, 68)),
            "could be anything from 2.5\u00a0% to 68.0\u00a0%, since the missing part is not known",
        ),
    ],
)
def test_uncertainty_keeps_its_kind(
    computed: Computed, text: str, read: Callable[[str], Any]
) -> None:
    assert rows(read(verdict_box(boxed("C06", computed)).html))["Our figure"] == text


@pytest.mark.parametrize("computed", [None, found(None, "percent")])
def test_where_nothing_was_computed_the_box_says_so(
    computed: Computed | None, read: Callable[[str], Any]
) -> None:
    shown = rows(read(verdict_box(boxed("C06", computed)).html))
    assert shown["Our figure"] == "nothing"
    assert shown["Difference"] == "none can be stated"


def test_every_claim_has_a_box(read: Callable[[str], Any]) -> None:
    for name in claims():
        comparison = boxed(name, None)
        page = read(verdict_box(comparison).html)
        assert comparison.verdict.label in page.all_text("strong")[0], name
        assert all(rows(page).values()), name


def test_every_verdict_has_a_sign_and_disagreement_none_of_agreements() -> None:
    assert set(SYMBOLS) == {verdict.value for verdict in Verdict}
    agreeing = {
        "exact",
        "within_rounding",
        "within_resolution",
        "within_revision",
        "within_uncertainty",
    }
    assert not {SYMBOLS[name] for name in agreeing} & {
        sign for name, sign in SYMBOLS.items() if name not in agreeing
    }


def test_a_box_says_of_itself_what_it_shows() -> None:
    shown = verdict_box(boxed("H05", found(26.6, "percent")))
    bundle = shown._repr_mimebundle_()[SHOWN]
    assert (bundle["kind"], bundle["claims"]) == ("verdict", ["H05"])
    assert bundle["verdict"] == "inconsistent"
    assert is_true(bundle, shown.html)
    assert not is_true(bundle | {"verdict": "exact"}, shown.html)
    assert not is_true(bundle | {"claims": ["C01"]}, shown.html)
