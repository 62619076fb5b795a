"""Rates against the limits of chance, worked out again from the transcription."""

import math
from typing import Literal

import numpy as np
import pytest
from scipy.stats import norm

from replicate.derivations.recording_rates import funnel

Rows = dict[tuple[str, str], dict[str, str]]
OF: tuple[Literal["all crime", "violence"], ...] = ("all crime", "violence")


def by_hand(rows: Rows, of: str) -> tuple[float, dict[str, float]]:
    """The rate of all together by implied sizes, and each force's distance from it in standard errors of chance."""
    z = norm.ppf(0.975)
    rates = {
        force: float(row["recording_rate_pct"]) / 100
        for (force, kind), row in rows.items()
        if kind == of
    }
    halves = {
        force: float(row["ci95_half_width_pp"]) / 100
        for (force, kind), row in rows.items()
        if kind == of
    }
    sizes = {force: rates[force] * (1 - rates[force]) * (z / halves[force]) ** 2 for force in rates}
    target = sum(rates[force] * sizes[force] for force in rates) / sum(sizes.values())
    return target, {
        force: (rates[force] - target) / math.sqrt(target * (1 - target) / sizes[force])
        for force in rates
    }


@pytest.mark.parametrize("of", OF)
def test_the_rates_outside_are_those_further_off_than_the_normal_approximation_allows(
    transcribed: Rows, of: Literal["all crime", "violence"]
) -> None:
    """Exact limits and the normal ones could differ near the line; no rate is nearer to it than a tenth of a standard error."""
    target, scores = by_hand(transcribed, of)
    found = funnel.funnel(of)
    kinds = funnel.kinds()
    assert found.target == pytest.approx(target)
    assert dict(zip(found.rates["force"], found.rates["score"], strict=True)) == pytest.approx(
        scores
    )
    for kind, level in (("first", 0.95), ("unusual", 0.998)):
        edge = norm.ppf((1 + level) / 2)
        near = [score for score in scores.values() if abs(abs(score) - edge) < 0.01]
        assert near == []
        assert found.beyond[kinds[kind]] == sum(abs(score) > edge for score in scores.values())


@pytest.mark.parametrize("of", OF)
def test_over_dispersion_is_found_from_winsorised_scores(
    transcribed: Rows, of: Literal["all crime", "violence"]
) -> None:
    """A tenth at each end, rounded down to whole forces: one of eighteen, none of five."""
    _, scores = by_hand(transcribed, of)
    ordered = sorted(scores.values())
    cut = len(ordered) // 10
    kept = np.clip(ordered, ordered[cut], ordered[-1 - cut])
    found = funnel.funnel(of)
    phi = float(np.mean(kept**2))
    weights = found.rates["error"] ** -2
    between = (len(kept) * phi - (len(kept) - 1)) / (
        weights.sum() - (weights**2).sum() / weights.sum()
    )
    assert found.found.phi == pytest.approx(phi)
    assert found.found.tau_squared == pytest.approx(between)
    room = norm.ppf(0.999) * np.sqrt(found.rates["error"] ** 2 + between)
    outside = (found.rates["rate"] - found.target).abs() > room
    assert found.beyond[funnel.kinds()["additive"]] == outside.sum()


def test_a_rate_is_named_by_the_widest_limits_it_lies_beyond() -> None:
    found = funnel.funnel()
    named = found.rates["outside"].value_counts().to_dict()
    first, unusual = (found.beyond[funnel.kinds()[kind]] for kind in ("first", "unusual"))
    assert named == {
        "99.8 % limits": unusual,
        "95 % limits": first - unusual,
        "": len(found.rates) - first,
    }


def test_the_curves_hold_every_size_and_widen_as_samples_shrink() -> None:
    found = funnel.funnel()
    for _, rows in found.limits.groupby("kind"):
        assert (
            rows["size"].min()
            < found.rates["size"].min()
            < found.rates["size"].max()
            < rows["size"].max()
        )
        width = (rows.sort_values("size")["upper"] - rows.sort_values("size")["lower"]).to_numpy()
        assert width[0] > width[-1]


def test_in_short_both_are_told() -> None:
    found = funnel.in_short().set_index("of")
    assert found["forces"].to_dict() == {"all crime": 18, "violence": 5}
    assert (found["lowest"]["all crime"], found["highest"]["all crime"]) == pytest.approx(
        (75.8, 95.8)
    )
    assert found["between"]["violence"] == pytest.approx(
        100 * math.sqrt(funnel.funnel("violence").found.tau_squared)
    )
