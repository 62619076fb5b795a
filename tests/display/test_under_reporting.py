"""What notebook 03 and `replicate trend` say: counts first, no share without its alternatives."""

import re
from math import ceil, floor
from pathlib import Path

import pytest

from replicate.derivations.trend import Trend, force_unrecorded, growth, trend
from replicate.derivations.under_reporting import Study, links_listed, steps, study
from replicate.display import under_reporting as shown
from replicate.display.figure import Figure
from replicate.ledger import find_claim
from replicate.vocabulary.definitions import find_definition
from replicate.vocabulary.errors import InputError
from replicate.vocabulary.parameters import UnderReporting

NBSP = "\N{NO-BREAK SPACE}"
TOLD_EVER = 18
"""Percent who told the police at any point: Independent Inquiry into Child Sexual Abuse, *Report of
the Inquiry*, B.4, paragraph 37.2."""


@pytest.fixture(scope="module")
def contact() -> Trend:
    return trend(find_definition("child_contact"))


def test_no_sentence_gives_the_equal_rate_s_share_alone(contact: Trend) -> None:
    """AUDITS.md, "How it is said", 2; ends rounded outwards."""
    sentences = re.split(r"(?<=\.)\s", " ".join(shown.trend_sentences(contact)))
    for share in ("20 to 35 %", "14 to 26 %", "28 to 45 %"):
        (holding,) = (sentence for sentence in sentences if share in sentence)
        assert "none to 79 %" in holding
        assert "not even its sign is known (−44 to 79 %; reports ×1.20 to ×3.48)" in holding


def test_sentences_take_their_numbers_from_ledger_and_tables(contact: Trend) -> None:
    """AUDITS.md: 26,796 to 30,117 by hand; 1.2 points; about 16 %; 2.27 to 2.78; 6 % more.

    By 2017: (52,946 - 22,393) of (53,202 - 22,393) offences.
    """
    first, *said, last = shown.trend_sentences(contact)
    assert first.startswith("Recorded at the later rates, 2013 would have shown 26,796 to 30,117")
    assert last.startswith("This does not measure abuse")
    for part in (
        "By 2017, 99 % of the rise had taken place",
        "offences under another code and reports audited under another group",
        "points to its upper half",
        "Offences of any age count",
        "2017: 52,946; 2018: 56,256; 2021: 57,721; 2024: 53,202",
        "5 of the 6 later rates were measured by 2019",
        "about 1.2 points",
        f"about {find_claim('R05d').value} %",
        "89.15 to 98.85 %",
        "recorded 16 % of the sexual offences of 2024",
        "from 2.27 to 2.78",
        "grew by 6 %",
        f"fell by {find_claim('S21a').value} %",
    ):
        assert part in " ".join(said)


def test_a_rise_is_said_with_and_without_images_and_grooming() -> None:
    """By hand from `replicate count`: 27,872 and 104,590, of which code 86 is 4,261 and 42,545."""
    said = shown.growth_sentence(growth())
    assert f"rose ×{104590 / 27872:.1f} from 2013 to 2025" in said
    part, without = 38284 / 76718, (104590 - 42545) / (27872 - 4261)
    assert f"is {100 * part:.0f} % of that rise; without it ×{without:.1f}" in said


def test_where_records_did_not_double_no_share_is_said() -> None:
    said = shown.trend_text(trend(find_definition("child_contact"), last="2016"))
    assert "no share of the rise is given" in said
    assert "none given" in said
    assert "log rise if" not in said


def test_the_command_prints_the_tables_behind_it(contact: Trend) -> None:
    """Ratios as in AUDITS.md, ends rounded outwards."""
    said = shown.trend_text(contact)
    for row in (
        r"at the rate of all ×1.76 to ×1.99 +20 to 35 % ×1.79 to ×2.03 ×1.88 to ×1.92",
        r"no worse ×1.20 to ×2.38 +0 to 79 %",
        r"at worst ×1.20 to ×3.48 +−44 to 79 %",
        r"Northumbria +92 .* over 240",
        r"without Greater Manchester 2013",
        r"k = 0.5 in 2013, 2 in 2024",
        "± 3 points",
        "25 to 26 % unrecorded in 2013",
    ):
        assert re.search(row, said), row
    kent = shown.trend_text(trend(find_definition("child_contact"), force="Kent"))
    assert re.search(r"Kent\s+none published", kent)
    assert "Northumbria" not in kent


def test_each_result_says_what_it_assumes_and_inputs_their_source(contact: Trend) -> None:
    said = shown.assumed("equal_rate", "monotone", "worst_case", "nation", "forces", "k_curve")
    assert len(set(said)) == 6
    assert all("It does not show: " in text for text in said)
    rows = shown.input_rows(contact).set_index("input")
    assert list(rows.loc["rate, Northumbria", ["low", "high"]]) == [0.915, 0.925]
    assert str(rows.loc["rate, Northumbria", "source"]).startswith("http")


def test_the_rise_is_drawn_for_the_offences_and_years_asked_for() -> None:
    asked = UnderReporting(definition="child_specific", last="2018")
    rows = shown.recorded_and_reported(asked).data
    assert rows["year"].agg(["min", "max"]).tolist() == [2013, 2018]
    assert rows.loc[rows["year"] == 2013, "value"].tolist() == [100]
    assert rows.loc[rows["value"].isna(), "year"].unique().tolist() == [2018]
    with pytest.raises(InputError, match="no published recording rate"):
        shown.recorded_and_reported(UnderReporting(last="2015"))


def test_a_force_s_page_says_the_rate_the_bounds_and_what_no_one_published() -> None:
    """By hand: 1,156 recorded in the year to March 2016, at 91.5 to 92.5 %."""
    rate, at_rate, worst = shown.force_sentences(force_unrecorded("Northumbria"))
    assert "recorded 92 % of the sexual offences reported" in rate
    least, most = floor(1156 * (1 / 0.925 - 1)), ceil(1156 * (1 / 0.915 - 1))
    assert f"{least} to {most} were reported and not recorded, beside 1,156" in at_rate
    assert "over 240" in at_rate
    assert worst.startswith("Without that assumption: 0 to ")
    (none,) = shown.force_sentences(force_unrecorded("Kent"))
    assert "published for this force" in none


def test_chains_are_said_and_listed_with_where_they_end() -> None:
    said = shown.chain_sentence(steps(UnderReporting()))
    assert f"6.50 to 7.50{NBSP}% told the police" in said
    assert "; an unpublished share identified as group-based." in said
    assert shown.steps_table(UnderReporting()).html.count("<td>no published input</td>") >= 4
    links = shown.links_rows(links_listed(UnderReporting())).set_index("link")
    ever = [f"{TOLD_EVER}{NBSP}%", f"17.5 to 18.5{NBSP}%"]
    assert list(links.loc["told_ever", ["published", "ends"]]) == ever
    assert links.loc["recorded_between", "published"] == "range under assumptions"
    assert list(links.loc["identified", ["published", "ends"]]) == ["no published input"] * 2


def test_the_chains_asked_for_are_shown_if_they_compose() -> None:
    ever = shown.steps_table(UnderReporting(scenarios="ever")).html
    assert "Told at any point" in ever
    assert "Told at the time" not in ever
    with pytest.raises(InputError, match="recorded_sexual_2013"):
        shown.steps_table(UnderReporting(links=("told_ever", "recorded_sexual_2013")))


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Study:
    held: Path = tmp_path_factory.mktemp("lists") / "mine.csv"
    held.write_text(
        "A,B,C,people\n1,0,0,60\n0,1,0,50\n0,0,1,40\n1,1,0,20\n1,0,1,15\n0,1,1,12\n1,1,1,5\n",
        encoding="utf-8",
    )
    return study(UnderReporting(lists=str(held)))


def test_lists_of_ones_own_are_drawn_by_every_model_and_resample(own: Study) -> None:
    models, resamples = shown.list_models(own), shown.list_resamples(own)
    assert (models.data["estimate"] > 202).all()
    assert "3 lists of your own; 202 observed" in models.html
    assert isinstance(resamples, Figure)
    values = resamples.data["estimate"]
    quarters = " to ".join(f"{values.quantile(at):,.0f}" for at in (0.25, 0.75))
    assert resamples.text.startswith(f"Half of the resamples give {quarters} people")
    drawn = [(one.interval.lower, one.interval.upper) for one in own.drawn]
    ends = (f"{min(ends):,.0f}–{max(ends):,.0f}" for ends in zip(*drawn, strict=True))
    said = shown.lists_sentence(own)
    assert f"runs from {' to '.join(ends)} (seeds tried: 5; resamples: 2,000)" in said


def test_a_shipped_table_is_named_with_its_source_and_its_critics() -> None:
    found = study(UnderReporting(resamples=0, criterion="none", order=1))
    html = shown.list_models(found).html
    for part in ("Silverman (2014)", "Criticism: Whitehead", "2,744 observed", "10,000 to 13,000"):
        assert part in html
    assert "No resamples" in str(shown.list_resamples(found))
    assert "1,523 or more, without upper limit" in shown.totals_sentence()
