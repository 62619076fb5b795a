"""Totals, shares and changes of recorded crime, each held against every specification listed beforehand."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from replicate.analysis.revisions import Band
from replicate.derivations.kinds.recorded import RecordedTotal, Specified
from replicate.derivations.kinds.registry import derivations
from replicate.derivations.verification import Verification
from replicate.ledger import Claim, Verdict, claims, compare
from replicate.vocabulary.forces import BTP
from replicate.vocabulary.uncertainty import ScenarioRange

Counter = Callable[..., int]
Results = dict[str, Verification]

ELEVEN = ("17B", "19D", "19E", "19G", "19H", "20B", "21", "22B", "71", "73", "88A")
CONTACT = ("17B", "19D", "19E", "19G", "19H", "20B", "21", "22B", "73")
WELSH = ("Dyfed-Powys", "Gwent", "North Wales", "South Wales")
YEAR_2024 = ("2024-Q1", "2024-Q2", "2024-Q3", "2024-Q4")
YEAR_2023 = ("2023-Q1", "2023-Q2", "2023-Q3", "2023-Q4")
YEAR_2022 = ("2022-Q1", "2022-Q2", "2022-Q3", "2022-Q4")
YEAR_2021 = ("2021-Q1", "2021-Q2", "2021-Q3", "2021-Q4")
FROM_2019 = ("2019-Q2", "2019-Q3", "2019-Q4", "2020-Q1")
FROM_2021 = ("2021-Q2", "2021-Q3", "2021-Q4", "2022-Q1")
TO_2021_09 = ("2020-Q4", "2021-Q1", "2021-Q2", "2021-Q3")
DEFINITIONS = {
    "child_specific": ELEVEN,
    "child_specific_images": (*ELEVEN, "86"),
    "child_specific_images_familial": (*ELEVEN, "86", "23"),
    "child_contact": CONTACT,
    "child_exploitation": ("71",),
}


def grid(
    arrow: Counter,
    quarters: tuple[str, ...],
    *,
    codes: tuple[str, ...] = (),
    vintages: tuple[str, ...] = ("2026-04",),
) -> list[float]:
    """Count five definitions, or some of their codes as a share in percent, in two territories and every vintage by another route."""
    found = []
    for named in DEFINITIONS.values():
        for but in ((), (BTP,)):
            for vintage in vintages:
                whole = arrow(vintage, named, quarters, but=but)
                found.append(
                    float(whole)
                    if not codes
                    else 100 * arrow(vintage, codes, quarters, but=but) / whole
                )
    return found


SPECIFIED = {name: found for name, found in derivations().items() if isinstance(found, Specified)}


def nearest(values: list[float], published: float) -> float:
    return min(values, key=lambda value: abs(value - published))


TOTALS = [
    ("S05", 87_992, FROM_2019, ("2026-04", "2023-10")),
    ("S06", 103_055, FROM_2021, ("2026-04", "2023-10")),
    ("S09", 67_675, TO_2021_09, ("2026-04", "2023-10")),
]
"""Claim, the figure its publisher prints, the quarters it is for, and the releases that cover them."""


@pytest.mark.parametrize(("claim", "published", "quarters", "vintages"), TOTALS)
def test_the_total_nearest_to_a_published_one_is_found(
    results: Results,
    arrow: Counter,
    claim: str,
    published: int,
    quarters: tuple[str, ...],
    vintages: tuple[str, ...],
) -> None:
    found = results[claim].comparison
    values = grid(arrow, quarters, vintages=vintages)
    assert found.computed is not None
    assert found.computed.value == nearest(values, published)
    assert found.computed.tried == len(values)
    assert found.difference == nearest(values, published) - published
    assert found.verdict is (Verdict.COMPATIBLE if claim == "S06" else Verdict.DIFFERS)
    said = (
        f"A definition among {len(values)} tried"
        if claim == "S06"
        else f"The nearest of {len(values)} definitions tried"
    )
    assert found.reason.startswith(said)


def test_the_audits_total_is_compatible_with_a_definition_it_does_not_state(
    results: Results, arrow: Counter
) -> None:
    """Three periods, five definitions and two territories, of one release: the other ends before them."""
    periods = (
        YEAR_2024,
        ("2023-Q2", "2023-Q3", "2023-Q4", "2024-Q1"),
        ("2023-Q4", "2024-Q1", "2024-Q2", "2024-Q3"),
    )
    values = [value for quarters in periods for value in grid(arrow, quarters)]
    found = results["C01"].comparison
    assert found.computed is not None
    assert (
        found.computed.value
        == nearest(values, 102_878)
        == arrow("2026-04", (*ELEVEN, "86", "23"), YEAR_2024, but=[BTP])
    )
    assert found.computed.tried == len(values) == 30
    assert found.computed.definition_stated is False
    assert found.verdict is Verdict.COMPATIBLE
    assert "among 30 tried that the report does not state" in found.reason
    assert "2024, without British Transport Police, release 2026-04" in found.reason


def test_a_figure_printed_so_coarsely_that_many_placebos_are_reached_is_inconclusive(
    results: Results,
) -> None:
    """'Over 6,000' holds up to 7,000: that is log(7/6) of the 2 log(1.25) of made-up figures, a third."""
    found = results["S06d"].comparison
    assert found.computed is not None
    assert found.computed.chance is not None
    assert found.computed.chance.placebo > 0.2
    assert found.verdict is Verdict.INCONCLUSIVE
    assert "tells little" in found.reason


SHARES = [
    (
        "C25",
        40,
        YEAR_2024,
        (("88A",), ("86", "88A"), ("86",)),
        ("2026-04",),
        Verdict.INCONCLUSIVE,
    ),
    ("S06a", 34, FROM_2021, (("86",),), ("2026-04", "2023-10"), Verdict.COMPATIBLE),
    (
        "S06b",
        34,
        FROM_2021,
        (("17B", "19D", "19E", "19G", "19H", "20B"),),
        ("2026-04", "2023-10"),
        Verdict.COMPATIBLE,
    ),
]
"""Claim, the published percentage, quarters, the codes that could be meant, releases, verdict."""


@pytest.mark.parametrize(("claim", "published", "quarters", "parts", "vintages", "verdict"), SHARES)
def test_the_share_nearest_to_a_published_one_is_found(
    results: Results,
    arrow: Counter,
    claim: str,
    published: int,
    quarters: tuple[str, ...],
    parts: tuple[tuple[str, ...], ...],
    vintages: tuple[str, ...],
    verdict: Verdict,
) -> None:
    wholes = ((*ELEVEN, "86"), (*ELEVEN, "86", "23"))
    values = [
        100 * arrow(vintage, codes, quarters, but=but) / arrow(vintage, whole, quarters, but=but)
        for codes in parts
        for whole in wholes
        for but in ((), (BTP,))
        for vintage in vintages
    ]
    found = results[claim].comparison
    assert found.computed is not None
    assert found.computed.value == pytest.approx(nearest(values, published), rel=1e-12)
    assert found.computed.tried == len(values)
    assert found.verdict is verdict
    assert abs(nearest(values, published) - published) <= 0.5


def test_a_share_that_nobody_prints_is_a_range_and_settles_nothing(
    results: Results, arrow: Counter
) -> None:
    values = [
        100
        * arrow("2026-04", part, YEAR_2024, but=but)
        / arrow("2026-04", whole, YEAR_2024, but=but)
        for whole in ((*ELEVEN, "86"), (*ELEVEN, "86", "23"))
        for part in (CONTACT, tuple(code for code in whole if code != "86"))
        for but in ((), (BTP,))
    ]
    found = results["C03"].comparison
    assert found.verdict is Verdict.INCONCLUSIVE
    assert found.computed is not None
    assert found.computed.value is None
    assert isinstance(found.computed.uncertainty, ScenarioRange)
    assert found.computed.uncertainty.lower == pytest.approx(min(values), rel=1e-12)
    assert found.computed.uncertainty.upper == pytest.approx(max(values), rel=1e-12)
    assert found.computed.chance is None
    assert (found.difference, found.relative) == (None, None)
    assert sorted(SPECIFIED["C03"].evidence(claims()["C03"])["total"]) == pytest.approx(
        sorted(values), rel=1e-12
    )


def test_a_change_is_of_the_same_definition_territory_and_release(
    results: Results, arrow: Counter
) -> None:
    """VKPP prints a rise of 7.6 % from 2021 to 2022."""
    values = [
        100
        * (
            arrow(vintage, codes, YEAR_2022, but=but) / arrow(vintage, codes, YEAR_2021, but=but)
            - 1
        )
        for codes in DEFINITIONS.values()
        for but in ((), (BTP,))
        for vintage in ("2026-04", "2023-10")
    ]
    found = SPECIFIED["V02"].evidence(claims()["V02"])["total"]
    assert found.iloc[0] == pytest.approx(nearest(values, 7.6), rel=1e-9)
    computed = results["V02"].comparison.computed
    assert computed is not None
    assert f"gives {found.iloc[0]:.4g} %" in computed.context


def test_chance_is_that_of_made_up_figures_tried_one_by_one() -> None:
    """A grid of figures, each held against every total with its band, in place of lengths of intervals."""
    claim, derivation = claims()["C01"], SPECIFIED["C01"]
    rows, chance = derivation.evidence(claim), derivation.chance(claim)
    assert chance is not None
    figures = {
        "placebo": np.geomspace(102_878 / 1.25, 102_878 * 1.25, 40_001),
        "near": np.geomspace(102_878 * 0.95, 102_878 * 1.05, 40_001),
    }
    totals, lower, upper = (rows[name].to_numpy() for name in ("total", "lower", "upper"))
    for name, tried in figures.items():
        apart = totals / tried[:, np.newaxis] - 1
        reached = ((lower <= apart) & (apart <= upper)).any(axis=1)
        assert getattr(chance, name) == pytest.approx(reached.mean(), abs=1e-3)
    closest = np.abs(totals / figures["near"][:, np.newaxis] - 1).min(axis=1)
    away = np.abs(totals / 102_878 - 1).min()
    assert chance.as_close == pytest.approx((closest <= away).mean(), abs=1e-3)
    assert chance.near == pytest.approx(0.29, abs=0.005)


class Made(RecordedTotal):
    """A derivation that gives one total, with a revision."""

    total: float
    revision: Band | None

    def values(self) -> pd.DataFrame:
        choices = {"definition": "a", "period": "2024", "territory": "all", "vintage": "2026-04"}
        return pd.DataFrame([choices | {"total": self.total}])

    def revised(self) -> list[Band | None]:
        return [self.revision]

    def arguments(self) -> dict[str, object]:
        return {}


def printed(**changes: object) -> Claim:
    """Make a claim of around 107,000 offences, which prints for every count from 106,500 to 107,500."""
    return claims()["V01"].model_copy(update=changes)


def test_a_fall_has_no_place_among_made_up_figures() -> None:
    assert Made(periods=("2024",), total=-1.0, revision=None).chance(printed()) is None


@pytest.mark.parametrize(
    ("total", "verdict"),
    [
        (107_400, Verdict.COMPATIBLE),  # prints as the figure
        (107_500 * 1.01, Verdict.COMPATIBLE),  # from the upper end, revised upwards
        (107_500 * 1.01 + 1, Verdict.DIFFERS),
        (106_500, Verdict.COMPATIBLE),  # nothing was revised downwards
        (106_499, Verdict.DIFFERS),
    ],
)
def test_rounding_and_revision_are_each_allowed_for_once(total: float, verdict: Verdict) -> None:
    made = Made(periods=("2024",), total=total, revision=Band(0.0, 0.01, ("YE 2023-06",)))
    found = compare(printed(), made.compute(printed()))
    assert found.verdict is verdict
    assert bool(made.evidence(printed())["reaches"].iloc[0]) is (verdict is Verdict.COMPATIBLE)
