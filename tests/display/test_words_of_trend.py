"""What is said of a rise: counts first, no share without its alternatives, rounded outwards."""

import re
from math import ceil, floor

import pytest

from replicate.derivations.trend import Trend, force_unrecorded, growth, trend
from replicate.display.words import trend as words
from replicate.display.words.trend import force_sentences, outward, trend_sentences, trend_text
from replicate.ledger import find_claim
from replicate.vocabulary.definitions import find_definition
from replicate.vocabulary.uncertainty import ScenarioRange


@pytest.fixture(scope="module")
def contact() -> Trend:
    return trend(find_definition("child_contact"))


def test_ends_are_rounded_outwards() -> None:
    assert outward(ScenarioRange(1.2076, 3.4756, ()), 2, sign="×") == "×1.20 to ×3.48"
    assert outward(ScenarioRange(-0.0231, 0.1779, ()), scale=100) == "−3 to 18"


def test_no_sentence_gives_the_equal_rate_s_share_alone(contact: Trend) -> None:
    """AUDITS.md, "How it is said", 2."""
    for share in ("20 to 35 %", "14 to 26 %", "28 to 45 %"):
        sentences = re.split(r"(?<=\.)\s", " ".join(trend_sentences(contact)))
        holding = [sentence for sentence in sentences if share in sentence]
        assert len(holding) == 1
        assert "none to 79 %" in holding[0]
        assert "not even its sign is known (−44 to 79 %" in holding[0]


def test_when_the_rise_took_place_is_counted(contact: Trend) -> None:
    """AUDITS.md: the rise took place by 2017, 2024 is below 2018; counts by the table."""
    said = next(each for each in trend_sentences(contact) if each.startswith("By "))
    part = (52946 - 22393) / (53202 - 22393)
    assert said.startswith(f"By 2017, {100 * part:.0f} % of the rise")
    assert "2017: 52,946; 2018: 56,256; 2021: 57,721; 2024: 53,202" in said
    assert "5 of the 6 later rates were measured by 2019" in said


def test_limits_take_their_numbers_from_ledger_and_tables(contact: Trend) -> None:
    """AUDITS.md: 1.2 points, one in five, about 16 %, 2.27 to 2.78, 6 % more children."""
    said = " ".join(trend_sentences(contact))
    assert "about 1.2 points" in said
    assert f"about {find_claim('R05d').value} %" in said
    assert "recorded 16 % of the sexual offences of 2024" in said
    assert "from 2.27 to 2.78" in said
    assert "grew by 6 %" in said
    assert f"fell by {find_claim('S21a').value} %" in said
    assert "89.15 to 98.85 %" in said


def test_where_records_did_not_double_no_share_is_said() -> None:
    said = trend_text(trend(find_definition("child_contact"), last="2016"))
    assert "no share of the rise is given" in said
    assert "none given" in said
    assert "log rise if" not in said
    assert "Reported" in said


def test_the_tables_behind_it_are_printed(contact: Trend) -> None:
    said = trend_text(contact)
    for part in ("Northumbria", "over 240", "without Greater Manchester", "±", "25 to 26 %"):
        assert part in said


def test_the_months_audited_are_named_with_their_bracket(contact: Trend) -> None:
    """By hand: 21,791 in the year to September 2013 and 22,393 in 2013, 31 of 92 days between."""
    weighted = 21791 + (22393 - 21791) * 31 / 92
    said = trend_text(contact)
    assert f"{weighted:,.0f} were recorded, weighted by days between 21,791 and 22,393" in said
    october = trend(find_definition("child_contact"), first="12 months to 2013-10-31")
    lead = trend_sentences(october)[0]
    assert "the 12 months to 2013-10-31 would have shown" in lead
    assert f"instead of {weighted:,.0f}" in lead


def test_the_main_points_lead_with_counts_and_end_with_what_it_does_not_measure(
    contact: Trend,
) -> None:
    first, share, last = words.main_points(contact)
    assert first.startswith("Recorded at the later rates")
    assert "none to 79 %" in share
    assert last.startswith("This does not measure abuse")
    assert [first, share, *words.caveats(contact), last] == trend_sentences(contact)


def test_each_result_has_its_assumption_and_what_it_does_not_show(contact: Trend) -> None:
    """Ratios as in AUDITS.md, ends rounded outwards."""
    rows = words.results(contact).set_index("case")
    found = [rows.loc[case, "reports"] for case in words.RESULTS.values()]
    assert found == ["×1.76 to ×1.99", "×1.20 to ×2.38", "×1.20 to ×3.48"]
    assert rows["october"].iloc[0] == "×1.79 to ×2.03"
    assert rows["pooled"].iloc[0] == "×1.88 to ×1.92"
    said = words.assumed(*words.RESULTS, "nation")
    assert [text.partition(":")[0] for text in said] == [
        *words.RESULTS.values(),
        "Taken for granted",
    ]
    assert all("It does not show: " in text for text in said)


def test_the_figure_s_words_give_counts_and_ranges(contact: Trend) -> None:
    assert "rose ×2.38; reports rose ×1.76 to ×1.99" in words.trend_title(contact)
    assert "2013: 22,393; 2021: 57,721; 2024: 53,202" in words.trend_alt(contact)
    drawn = words.bars(contact.indexed())
    wide = drawn[drawn["value"].isna()].groupby("kind")["year"].agg(["min", "max"])
    assert wide.to_numpy().min() > 2024
    assert wide.to_numpy().max() < 2025
    wide = wide.loc[["equal_rate", "monotone", "worst_case"]]
    assert wide["min"].is_monotonic_decreasing
    assert wide["max"].is_monotonic_increasing


def test_inputs_are_shown_with_range_and_source(contact: Trend) -> None:
    rows = words.input_rows(contact).set_index("input")
    assert rows.loc["rate, Northumbria", "ends"] == "91.50 to 92.50 %"
    assert str(rows.loc["rate, Northumbria", "source"]).startswith("http")
    assert rows.loc[find_claim("R03").statement, "ends"] == "25.50 to 26.50 %"
    assert rows.loc["recorded, child_contact", "ends"] == "21,791 to 22,393"


def test_a_rise_is_said_with_and_without_images_and_grooming() -> None:
    """By hand from `replicate count`: 27,872 and 104,590; code 86 4,261 and 42,545; 88A 445 and 7,560."""
    said = words.growth_sentence(growth())
    rise = 104590 - 27872
    without = [(104590 - 42545) / (27872 - 4261), (104590 - 7560) / (27872 - 445)]
    without.append((104590 - 42545 - 7560) / (27872 - 4261 - 445))
    assert f"rose ×{104590 / 27872:.1f} from 2013 to 2025" in said
    assert f"is {100 * (42545 - 4261) / rise:.0f} % of that rise" in said
    for ratio in without:
        assert f"×{ratio:.1f}" in said


def test_a_force_without_a_rate_says_so() -> None:
    said = trend_text(trend(find_definition("child_contact"), force="Kent"))
    assert re.search(r"Kent\s+none published", said)
    assert "Northumbria" not in said


def test_a_force_s_page_says_the_rate_the_bounds_and_what_no_one_published() -> None:
    """By hand: 1,156 recorded in the year to March 2016, at 91.5 to 92.5 %."""
    rate, at_rate, worst = force_sentences(force_unrecorded("Northumbria"))
    assert "recorded 92 % of the sexual offences reported" in rate
    least, most = floor(1156 * (1 / 0.925 - 1)), ceil(1156 * (1 / 0.915 - 1))
    assert f"{least} to {most} were reported and not recorded, beside 1,156" in at_rate
    assert "HMICFRS printed over 240" in at_rate
    assert worst.startswith("Without that assumption: 0 to ")
    (none,) = force_sentences(force_unrecorded("Kent"))
    assert "published for Kent" in none
    assert "printed" not in force_sentences(force_unrecorded("Thames Valley"))[1]
