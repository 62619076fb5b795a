from collections.abc import Callable, Mapping
from typing import Any

from replicate.publication.claims.page import claim_page
from replicate.publication.claims.places import Place, places
from replicate.publication.pictures import Shown
from replicate.publication.verdicts import complete

MakeRow = Callable[..., Mapping[str, object]]
TABLE = {"publisher": "Home Office", "publication": "Open data", "released": "2026-04-23"}


def view(row: Mapping[str, object], *found: Place) -> dict[str, Any]:
    return claim_page(complete([row])[0], found).view


def test_a_page_says_what_was_published_and_by_whom(row: MakeRow) -> None:
    said = dict(
        view(row("C01", source_url="https://www.gov.uk/a?b&c", seen_meaning="read second-hand"))[
            "published"
        ]
    )
    assert said["Figure"] == "1,200 offences"
    assert (
        said["Read at"] == '<a href="https://www.gov.uk/a?b&amp;c">https://www.gov.uk/a?b&amp;c</a>'
    )
    assert said["Who gives it"] == "attributed to the audit by a newspaper"


def test_a_share_stands_with_what_is_missing_beside_it(row: MakeRow) -> None:
    said = dict(
        view(row("C08", published="52", unit="percent", missing="Not bounded."))["published"]
    )
    assert said["Figure"] == "52 %. Not bounded."


def test_what_was_computed_has_its_uncertainty_in_words(row: MakeRow) -> None:
    sampled = {
        "kind": "sampling interval",
        "lower": 1190.0,
        "upper": 1206.0,
        "level": 0.95,
        "method": "Wilson",
    }
    assert dict(view(row("C01", uncertainty=sampled))["computed"])["Uncertainty"] == (
        "sampling interval at 95 %: 1,190 offences to 1,206 offences (Wilson)"
    )
    opened = {"kind": "worst-case bounds", "lower": 1190.0, "upper": None}
    assert (
        dict(view(row("C01", uncertainty=opened))["computed"])["Uncertainty"]
        == "worst-case bounds: 1,190 offences to no limit"
    )
    assert "none is known" in dict(view(row("C01"))["computed"])["Uncertainty"]
    nothing = dict(
        view(row("C01", computed=None, difference=None, access_note="A table."))["computed"]
    )
    assert nothing == {"Value": "none was computed", "What it would take": "A table."}


def test_who_gives_a_figure_and_how_it_was_seen_are_said_once_where_they_are_the_same(
    row: MakeRow,
) -> None:
    said = dict(
        view(row("C03", attribution="seen nowhere", seen_meaning="seen nowhere"))["published"]
    )
    assert (said["Who gives it"], said["How close to the report it was seen"]) == (
        "seen nowhere",
        "",
    )


def test_each_release_has_its_verdict_as_a_word_and_a_sign(row: MakeRow) -> None:
    none = {
        "vintage": "2023-10",
        "verdict": None,
        "value": None,
        "computed": "not computed",
        "reason": "not covered",
    }
    whole = {
        "vintage": "2026-04",
        "verdict": "not_held",
        "value": 1.0,
        "computed": "1",
        "reason": "a reason",
    }
    assert [
        (one["word"], one["sign"]) for one in view(row("C01", vintages=[none, whole]))["releases"]
    ] == [(None, ""), ("not held", "–")]
    assert view(row("C01"))["releases"] == []


def test_the_arguments_of_a_derivation_are_told_but_for_empty_ones(row: MakeRow) -> None:
    given = {
        "kind": "recorded_total",
        "periods": ["2024", "2023/24"],
        "releases": [],
        "with_btp": True,
        "base": "2021",
        "parts": {"a": ["86"]},
    }
    assert view(row("C01", derivation=given))["derivation"] == {
        "kind": "recorded_total",
        "arguments": [
            ("periods", "2024, 2023/24"),
            ("with_btp", "true"),
            ("base", "2021"),
            ("parts", '{"a": ["86"]}'),
        ],
    }
    assert view(row("C01"))["derivation"] is None


def test_files_beside_a_page_are_its_numbers_and_where_it_has_one_its_figure(row: MakeRow) -> None:
    whole = claim_page(
        complete(
            [
                row(
                    "C01",
                    value=1200.0,
                    printed={"lower": 1199.5, "upper": 1200.5},
                    tables=[TABLE, TABLE],
                )
            ]
        )[0],
        [],
    )
    assert list(whole.files) == ["C01.csv", "C01.svg", "C01.png"]
    assert [name for name, _ in whole.view["downloads"]] == list(whole.files)
    assert "Source: Home Office, Open data, released 2026-04-23<" in whole.view["picture"]
    bare = claim_page(complete([row("C01", computed=None, difference=None)])[0], [])
    assert list(bare.files) == ["C01.csv"]
    assert bare.view["picture"] is None


def test_places_are_verdict_boxes_first_and_then_rows_of_tables() -> None:
    def said(kind: str, name: str, claims: list[str]) -> Shown:
        bundle = {"kind": kind, "name": name, "title": "All & every", "claims": claims}
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
