"""One police force area: its count and rate against Arrow alone, its audits against the ledger's rows."""

from collections.abc import Callable
from math import exp, sqrt

import pytest

from replicate.derivations import offence_counts
from replicate.derivations.audits import audits_of
from replicate.derivations.verification import verify
from replicate.ledger.audits import audits
from replicate.sources import tables
from replicate.vocabulary.definitions import definitions
from replicate.vocabulary.forces import CITY_OF_LONDON, TERRITORIAL
from replicate.vocabulary.parameters import ForceReport, OffenceCounts
from replicate.vocabulary.uncertainty import SamplingInterval

Counter = Callable[..., int]
QUARTERS = [f"2024-Q{number}" for number in range(1, 5)]
NORMAL_975 = 1.959963984540054
"""The normal distribution's point for a 95 % interval."""


def test_offences_of_a_force_are_those_of_the_file(arrow: Counter) -> None:
    kent = ForceReport(force="Kent")
    rows = offence_counts.by_offence(kent)
    codes = definitions()[kent.definition].codes
    assert list(rows.columns) == ["code", "description", "kind", "count", "missing_cells"]
    assert set(rows["code"]) <= set(codes)
    assert int(rows["count"].sum()) == arrow("2026-04", codes, QUARTERS, forces=["Kent"])


def test_a_rate_has_the_interval_and_ranks_of_notebook_01() -> None:
    found = offence_counts.standing(ForceReport(force="Kent"))
    everywhere = offence_counts.areas(OffenceCounts())
    row = everywhere.rates.set_index("force").loc["Kent"]
    assert found.rate == pytest.approx(1000 * found.count / found.children)
    assert found.rate is not None
    factor = exp(NORMAL_975 * sqrt(found.areas.dispersion / found.count))
    assert isinstance(found.interval, SamplingInterval)
    assert (found.interval.lower, found.interval.upper) == pytest.approx(
        (found.rate / factor, found.rate * factor)
    )
    assert found.ranks == (row["rank_lower"], row["rank_upper"])
    assert (found.areas.ranked, found.areas.years) == (42, (2013, 2024))


def test_all_areas_together_are_the_rate_of_the_nation(arrow: Counter) -> None:
    codes = definitions()[ForceReport().definition].codes
    recorded = arrow("2026-04", codes, QUARTERS, forces=TERRITORIAL)
    children = tables.load("children").query("year == 2024 and age_to == 17")["children"].sum()
    found = offence_counts.standing(ForceReport(force="Kent"))
    assert found.national == pytest.approx(1000 * recorded / children)


def test_few_children_or_few_offences_have_a_count_and_no_rate() -> None:
    city = offence_counts.standing(ForceReport(force=CITY_OF_LONDON))
    assert city.children == 847  # ONS, mid-2024
    few = ForceReport(force="Dyfed-Powys", definition="child_exploitation")
    for found in (city, offence_counts.standing(few)):
        assert (found.rate, found.interval, found.ranks) == (None, None, None)


def test_an_audited_force_has_its_rates_its_numbers_and_their_verdicts() -> None:
    """Wiltshire was audited once, Kent three times: tests/cases/cdi_force_audits and the ledger's rows."""
    (row,) = audits_of(ForceReport(force="Wiltshire")).to_dict("records")
    assert (row["of"], row["rate"], row["half_width"]) == ("all crime", "90.9", 1.62)
    assert row["unrecorded"] == "over 4,100"
    assert row["verdict"] == verify(["F01a"])[0].verdict.value
    kent = audits_of(ForceReport(force="Kent"))
    assert kent["rate"].tolist() == ["83.6", "79.2", "96.6"]
    assert set(kent["of"]) == {"all crime", "violence"}
    assert kent["inspection"].tolist()[-1] == "re-inspection"


def test_every_row_of_the_ledger_stands_on_the_page_of_its_force() -> None:
    shown = sum(len(audits_of(ForceReport(force=force))) for force in TERRITORIAL)
    assert shown == len(audits())
    bare = [force for force in TERRITORIAL if force not in {audit.force for audit in audits()}]
    assert audits_of(ForceReport(force=bare[0])).empty
