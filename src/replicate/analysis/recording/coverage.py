"""How often an interval holds the truth."""

import numpy as np
from scipy.stats import binom

from replicate.analysis.recording.checks import refuse_level, refuse_unless
from replicate.analysis.recording.intervals import ends


def coverage(
    probability: float, trials: int, *, method: str = "wilson", level: float = 0.95
) -> float:
    """Return how often the interval of a simple random sample holds the true share: exact, not simulated.

    The binomial probabilities of all the samples whose interval holds it, summed (Brown, Cai and DasGupta 2001, Statistical Science
    16:101-133).

    Parameters
    ----------
    probability
        The true share, between 0 and 1.
    trials
        Cases examined, at least 1.
    method, level
        See `interval`.

    Raises
    ------
    InputError
        When the method is unknown or a number out of range.

    Examples
    --------
    >>> round(coverage(0.106, 100, method="wald"), 3), round(coverage(0.107, 100, method="wald"), 3)
    (0.952, 0.911)
    """
    refuse_unless(
        0 <= probability <= 1,
        "a true share out of range",
        where="coverage",
        got=probability,
        expected="0 to 1",
    )
    refuse_unless(
        trials >= 1,
        "a sample without cases",
        where="coverage",
        got=trials,
        expected="at least 1 trial",
    )
    refuse_level(level, where="coverage")
    counts = np.arange(trials + 1)
    lower, upper = ends(counts, trials, method, level)
    return float(
        binom.pmf(counts, trials, probability)[
            (lower <= probability) & (probability <= upper)
        ].sum()
    )
