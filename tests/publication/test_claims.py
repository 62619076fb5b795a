"""Verdicts for readers: what a card, a list and a page of a claim say of it."""

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest

from replicate.derivations.kinds.registry import derivations
from replicate.derivations.verification import Verification, verify
from replicate.ledger import Verdict
from replicate.publication.claims import (
    Charts,
    as_csv,
    cards,
    claim_page,
    difference,
    groups,
    headline,
    listed,
    numbers,
    one_in,
    places,
    quotable,
    summary,
    tally,
    verdicts_drawn,
    where_read,
    words_of,
)
from replicate.publication.page import Shown
from replicate.vocabulary.uncertainty import RevisionBand, RoundingRange, SamplingInterval

Make = Callable[..., Verification]


def test_the_file_of_verdicts_has_a_row_a_claim(verified: Make) -> None:
    text = as_csv([verified("H05", 26.5, statement='A "quoted", one'), verified("C02")])
    first, second = csv.DictReader(io.StringIO(text))
    assert list(first) == [
        *("id", "report", "basis", "seen", "statement", "published", "unit", "computed"),
        *("difference", "verdict", "reason", "headline", "attribution", "missing"),
    ]
    assert (first["verdict"], first["statement"]) == ("differs", 'A "quoted", one')
    assert (first["published"], first["computed"], first["difference"]) == ("26", "26.5", "0.5")
    assert (second["computed"], second["headline"]) == ("", "True")


@pytest.mark.parametrize(
    ("name", "ours", "text"),
    [
        ("C01", 102834.0, "44 offences (0.043 %) below"),  # 44 / 102,878
        ("H05", 26.608, "0.608 percentage points above"),
        ("H05", 26.0, "none"),
        ("H05", None, ""),
    ],
)
def test_a_difference_is_a_number_and_a_percentage(
    verified: Make, name: str, ours: float | None, text: str
) -> None:
    assert difference(verified(name, ours)) == text


def test_a_claim_is_said_as_a_person_would() -> None:
    percent, count, words, share = verify(["H05", "C02", "C05", "C08"])
    assert headline(percent).startswith("26 %: ")
    assert headline(count).startswith("Estimated 17,100: ")
    assert headline(words) == words.claim.statement
    # a share by ethnicity is not said without what is missing
    assert headline(share) == share.claim.statement
    assert "cannot be bounded" in quotable(share)
    assert where_read(count.claim).startswith("Second-hand: not seen in the report itself; ")
    assert where_read(percent.claim).startswith("Read in the publication of ")


@pytest.mark.parametrize("verdict", sorted(set(Verdict)))
def test_every_verdict_can_be_quoted(verified: Make, verdict: str) -> None:
    for ours in (26.6, None):
        said = quotable(verified("H05", ours, verdict))
        assert said.startswith(
            "Offences in the family as a share of group-based offences, 2023: 26 %"
        )
        assert Verdict(verdict).label in said
        assert "None" not in said
        assert ".." not in said


def test_a_share_is_found_as_people_say_it(verified: Make) -> None:
    # 80.5 % recorded leaves 19.5 %, 1 in 5.1; 94.8 % leaves 5.2 %, 1 in 19.2
    assert words_of(*verify(["R01"])).endswith("; 1 in 5")
    assert words_of(*verify(["R07"])).endswith("; 1 in 20")
    assert "unrecorded" in words_of(verified("B02", statement="Crimes not recorded"))
    assert "1 in" not in words_of(*verify(["C08"]))
    assert "1 in" not in words_of(verified("C12a", 76.4))  # more than a half
    assert one_in(50) == "1 in 2"


# What the verdicts come to.


def test_claims_are_counted_in_groups_and_in_words(verified: Make) -> None:
    given = [
        *(verified("C01", verdict="exact"), verified("C02"), verified("C03", verdict="exact")),
        *(verified("V01"), verified("C05", verdict="not_a_statistic")),
        verified("C12a", shows="C12b"),
    ]
    (first, results), *others = groups(given)
    assert first == "Figures of the audit and of HMICFRS that can be checked against data"
    assert [result.claim.id for result in results] == ["C01", "C02", "C03"]
    assert [len(part) for _, part in others] == [1, 1, 1]
    assert tally(results) == {Verdict.EXACT: 2, Verdict.DIFFERS: 1}
    assert summary((first, results)).endswith(": 3. Matches exactly: 2; Does not match: 1.")


def test_the_list_has_the_headline_first_and_forty_a_page(verified: Make) -> None:
    others = [verified("V01", statement=f"The {number}th") for number in range(50)]
    pages = listed([*others, verified("C01")])
    assert {name: len(page) for name, page in pages.items()} == {
        "index.html": 40,
        "page-2.html": 11,
    }
    assert [result.claim.id for result in pages["index.html"][:2]] == ["C01", "V01"]


def test_the_first_page_leads_with_three_figures_computed_in_full(verified: Make) -> None:
    audit = derivations()["F01a"]
    family = [
        verified("F01a", 4174.0, "inconclusive", derivation=audit),
        verified("F32", 23990.0, "within_revision", derivation=audit),
        verified("F34", 8576.0, derivation=derivations()["F34"]),  # violence
        verified("F02a", 21800.0),
    ]
    given = [verified("C01", 102834.0, "compatible"), *family, *verify(["R01", "R07"])]
    one, several, pair = cards(given)
    assert one.heading == "102,878 child sexual abuse offences recorded, 2024"
    ours = "Our count: 102,834 offences, 44 offences (0.043 %) below. Second-hand: not seen in"
    assert one.text.startswith(ours)
    assert (one.link, one.verdicts) == ("claims/C01.html", {Verdict.COMPATIBLE: 1})
    assert "2 police forces" in several.heading
    assert several.verdicts == {Verdict.WITHIN_REVISION: 1, Verdict.INCONCLUSIVE: 1}
    assert several.text == "1 of 2 match."
    assert pair.heading.startswith("Police record 80.5 % of reported crime (")
    assert pair.text == "So about 1 in 5 reported crimes went unrecorded then, and 1 in 20 now."
    assert [card.link for card in cards(given[:1])] == ["claims/C01.html"]
    assert cards([]) == []


def test_what_was_recomputed_is_drawn_as_a_percentage_of_what_was_published(verified: Make) -> None:
    ends = {"uncertainty": RoundingRange(95500.0, 106000.0)}
    drawn = verdicts_drawn(
        [
            verified("C01", 113165.8),
            verified("F08a", 94500.0, found=ends, geography="Kent"),
            verified("V01", 1.0),
        ]
    )
    assert drawn
    frame = drawn.data
    assert frame["value"].round(2).tolist() == [100.0, 110.0]  # 1.1 times 102,878; 94,500
    assert frame["lower"].round(2)[0] == 101.06  # 95,500 / 94,500
    assert frame["name"].tolist() == ["F08a Kent over 94,500", "C01 102,878"]
    assert verdicts_drawn([verified("C01")]) is None


# A claim's page.


def test_a_page_has_its_words_its_numbers_and_its_chart(verified: Make) -> None:
    reason = "One. Two; Three. Four of made-up figures."
    more = {"revision": RevisionBand(-0.01, 0.02, evidence="1 pair"), "context": "Beside it."}
    more |= {"uncertainty": RoundingRange(102800.0, 102900.0)}
    result = verified("C01", 102834.0, reason=reason, found=more)
    view, files = claim_page(result, Charts())
    assert view["reasons"][:4] == ["One.", "Two;", "Three.", "Four of made-up figures."]
    assert view["reasons"][4] == "Beside it."
    assert view["reasons"][5].startswith("A made-up figure is ")
    assert view["uncertainty"] == "Rounding: 102,800 to 102,900 offences"
    assert "figure" in view["figure"]
    assert (list(files), view["share"]) == (["C01.csv", "C01.svg", "C01.png"], "claims/C01.png")
    frame = numbers(result)
    assert frame["what"].tolist()[:3] == [
        "Published",
        "Published, as revision could have moved it since",
        "Our figure",
    ]
    # what could have become of 102,878: 1 % less to 2 % more
    assert frame[["lower", "upper"]].round(2).to_numpy()[1].tolist() == [101849.22, 104935.56]
    assert set(frame["unit"]) == {"offences"}


def test_a_page_of_a_figure_that_was_not_computed_has_no_chart(verified: Make) -> None:
    view, files = claim_page(verified("C02", verdict="not_held"), Charts())
    assert (view["figure"], view["share"], view["uncertainty"]) == (None, None, "")
    assert list(files) == ["C02.csv"]
    assert claim_page(verified("D02", 3.0), Charts())[0]["figure"] is None


@pytest.mark.parametrize(
    ("found", "text"),
    [
        ({}, "No sampling error: this is a full count"),
        ({"uncertainty": SamplingInterval(26.0, 27.0, 0.95, "Wilson")}, "95"),
    ],
)
def test_uncertainty_keeps_its_kind(verified: Make, found: dict[str, Any], text: str) -> None:
    assert text in claim_page(verified("H05", 26.5, found=found), Charts())[0]["uncertainty"]


@pytest.mark.parametrize(
    ("name", "verdict", "derived", "word"),
    [
        ("C01", "differs", True, "how much abuse took place"),
        ("H05", "differs", True, "that either figure is right"),
        ("C02", "not_held", False, "that the figure is wrong"),
        ("C05", "not_a_statistic", False, "anything that data could test"),
    ],
)
def test_what_is_not_shown_goes_by_what_the_claim_is_about(
    verified: Make, name: str, verdict: str, derived: bool, word: str
) -> None:
    derivation = derivations()[name] if derived else None
    view, _ = claim_page(verified(name, verdict=verdict, derivation=derivation), Charts())
    assert word in "; ".join(view["not_shown"])
    assert bool(view["arguments"]) == derived


def test_releases_that_part_are_said_and_drawn(verified: Make) -> None:
    alike = verify(["S06"])[0]
    assert claim_page(alike, Charts())[0]["apart"] == ""
    releases = numbers(alike)["what"].tolist()[-2:]
    assert releases == [f"Our figure by release {name} alone" for name in ("2023-10", "2026-04")]
    apart = verified("S06", 103052.0, "exact")
    label = alike.verdict.label
    assert (
        f"“Matches exactly” over all, but by one release alone, 2023-10: “{label}”"
        in (claim_page(apart, Charts())[0]["apart"])
    )
    assert "The verdict depends on the release" in quotable(apart)


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
    assert list(found["C01"].items()) == [
        ("04.html#verdict-C01", "Verdicts: the verdict"),
        ("01.html#tab-all", "Counts: All & every"),
    ]
    assert found["C02"] == {"01.html#tab-all": "Counts: All & every"}
