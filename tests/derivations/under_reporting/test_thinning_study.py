"""The bridging check of recording rates, and the model shown on counts whose truth is known."""

import numpy as np
import pandas as pd
import pytest

from replicate.derivations.under_reporting import thinning
from replicate.ledger import claims
from replicate.vocabulary.errors import InputError
from replicate.vocabulary.parameters import OffenceCounts


@pytest.fixture(scope="module")
def check() -> thinning.BridgingCheck:
    return thinning.bridging()


def test_no_published_rate_is_of_child_offences(check: thinning.BridgingCheck) -> None:
    assert not check.holds
    assert not check.rates["same_offences"].any()
    assert not check.rates["same_period"].any()
    with pytest.raises(
        InputError, match="recording rates of other offences in other years"
    ) as caught:
        check.require()
    assert f"{len(check.rates)} published rates, of all crime and violence" in str(caught.value)
    assert "2019" in str(caught.value)


def test_every_rate_stands_with_its_claim(check: thinning.BridgingCheck) -> None:
    for row in check.rates.to_dict("records"):
        assert row["percent"] == float(claims()[row["claim"]].value or 0)


def test_a_sample_would_hold_few_of_these_offences(check: thinning.BridgingCheck) -> None:
    """South Yorkshire: 1.96 squared x 0.895 x 0.105 / 0.0164 squared is 1,342 reports; of all crime about two in a hundred are these."""
    row = check.rates.set_index("claim").loc["R09"]
    assert row["sample"] == pytest.approx(1.959964**2 * 0.895 * 0.105 / 0.0164**2, rel=1e-4)
    assert row["expected"] == pytest.approx(row["sample"] * row["share"] / 100)
    assert check.rates.loc[check.rates["measured_on"] == "violence", "expected"].isna().all()


def test_the_same_offences_in_a_year_of_the_audits_would_pass() -> None:
    """The check can pass: violence against the person, in a year that an audit of violence was of."""
    codes = sorted(thinning._measured("violence"))
    same = thinning.bridging(
        OffenceCounts.checked(
            {"definition": "own", "definitions": {"own": codes}, "period": "2017"}
        )
    )
    assert same.holds
    same.require()
    assert set(same.rates.loc[same.rates["same_offences"], "measured_on"]) == {"violence"}
    later = thinning.bridging(
        OffenceCounts.checked(
            {"definition": "own", "definitions": {"own": codes}, "period": "2024"}
        )
    )
    assert not later.holds


def test_known_truth_is_missed_as_if_all_were_recorded_and_found_with_validation_data() -> None:
    """Over 40 sets of counts: standardised errors scatter by about 1; the slope of counts as recorded is off by many in every set."""
    sets = [thinning.shown(seed).set_index(["model", "part", "term"]) for seed in range(40)]
    errors = np.array(
        [(one["value"] - one["truth"]) / ((one["upper"] - one["lower"]) / 3.92) for one in sets]
    )
    rows = pd.DataFrame(errors.T, index=sets[0].index)
    validated = rows.loc["with validation data"].to_numpy()
    # 160 standardised errors, those of one set correlated: a root mean square of 1 within a quarter.
    assert np.sqrt((validated**2).mean()) == pytest.approx(1, abs=0.25)
    assert (rows.loc["as if all were recorded"].loc["events"].loc["deprivation"] < -5).all()


def test_the_same_seed_gives_the_same_counts_and_another_others() -> None:
    first, again, other = (thinning.shown(seed) for seed in (1, 1, 2))
    assert first.equals(again)
    assert not first.equals(other)


def test_counts_alone_are_refused() -> None:
    assert "neither validation data nor a prior" in str(thinning.alone())
