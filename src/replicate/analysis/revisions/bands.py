"""The band of signed revisions that `within_revision` uses, and the rule for it."""

from dataclasses import dataclass

import pandas as pd

from replicate.vocabulary.errors import InputError

LONGEST_APART = 24
"""The longest time between two releases whose revisions count, in quarters: six years, about the time from the release behind the oldest
figure judged (for 2019/20) to the newest release held."""

RULE = (
    "A recomputed total is within revision of a published figure when it lies between the figure revised by the smallest and the "
    "figure revised by the largest signed revision held for the same age of period, no revision included. Two kinds of revision "
    "count, and both are shown: those of offence-group totals since they were first published, for the territorial forces, weighted "
    "by the definition's own counts where its codes are in two groups (several pairs of releases); and that of the definition's own "
    f"codes between the two full releases (one pair). Releases more than {LONGEST_APART // 4} years apart are shown and not used."
)
"""What `within_revision` means; stated before any figure is compared.

Why both kinds: by code there is one pair of full releases, so one observation at each age, and periods of different ages
overlap. Group totals as first published give one observation for each of several years; but a group's total hides offences
moved from one code of the group to another, so by itself it would call the source's own revision of a definition a difference.

Why not releases long apart: figures judged here were published a few years before the newest release, so a decade of
revision is not like with like. The year ending September 2016, the most revised, shows it: territory and group are the same,
but most of the revision of miscellaneous crimes is the Metropolitan Police's, and is larger than all that it recorded under the
one code (86) that matters here.

Its weakness: (1) the smallest and largest of a few revisions are no interval with a level: another year can fall outside;
(2) miscellaneous crimes are mostly other things than obscene publications (86), and sexual offences mostly other than child
offences, so a definition of few codes can be revised by far more than its group; (3) years ending in different months overlap,
so there are fewer observations than rows. Cells are never resampled: forces and codes share changes of coding and audits,
so they are not independent, and an interval from resampling them would be too narrow.
"""


@dataclass(frozen=True)
class Band:
    """How far a figure of some age has been revised, from the smallest to the largest signed revision, no revision included.

    No revision is included because a report seldom says which release it used: the figure may already hold the revision.

    Attributes
    ----------
    lower, upper
        As fractions: 0.01 is one in a hundred; lower is at most 0, upper at least 0.
    periods
        The periods the revisions were seen in; their number is the number of observations.
    """

    lower: float
    upper: float
    periods: tuple[str, ...]

    @property
    def n(self) -> int:
        """The number of revisions seen."""
        return len(self.periods)

    def around(self, published: float) -> tuple[float, float]:
        """Return what a published figure becomes when revised by either end of the band."""
        return published * (1 + self.lower), published * (1 + self.upper)


def evidence(groups: pd.DataFrame, codes: pd.DataFrame) -> pd.DataFrame:
    """Put the two kinds of revision together, as `RULE` uses them.

    Parameters
    ----------
    groups
        From `combined`.
    codes
        From `by_code`, for the same definition.

    Returns
    -------
    pandas.DataFrame
        The columns of `by_code`, and seen_in ("offence groups" or "offence codes").
    """
    return pd.concat(
        [groups.assign(seen_in="offence groups"), codes.assign(seen_in="offence codes")],
        ignore_index=True,
    )


def band(
    revisions: pd.DataFrame,
    *,
    age_quarters: int,
    tolerance: int = 0,
    apart_quarters: int = LONGEST_APART,
) -> Band | None:
    """Return the smallest and largest signed revision among periods of the same age, or None where none is held.

    Parameters
    ----------
    revisions
        From `evidence`, or from `by_code` or `combined` alone: one definition, one row for each period and pair of releases.
    age_quarters
        The age of the period to be judged, in the release its figure was published from.
    tolerance
        How many quarters the age may differ by; 0 keeps to the same age.
    apart_quarters
        The longest time between the two releases.

    Returns
    -------
    Band or None
        With one revision r the band is from min(0, r) to max(0, r): a single observation, and no more than that.

    Raises
    ------
    InputError
        When the frame holds several offence groups, whose revisions are not of one definition: see `combined`.

    Examples
    --------
    >>> pair = pd.DataFrame({"period": ["YE 2023-06"], "age_quarters": 0, "apart_quarters": 10, "revision": [0.01]})
    >>> band(pair, age_quarters=0)
    Band(lower=0.0, upper=0.01, periods=('YE 2023-06',))
    """
    if "group" in revisions and revisions["group"].nunique() > 1:
        expected = "the revisions of one definition, from `by_code` or `combined`"
        raise InputError(
            "revisions of several offence groups",
            where="revisions",
            got=", ".join(sorted(set(revisions["group"]))),
            expected=expected,
        )
    alike = (revisions["age_quarters"] - age_quarters).abs().le(tolerance) & revisions[
        "apart_quarters"
    ].le(apart_quarters)
    seen = revisions[alike & revisions["revision"].notna()]
    if seen.empty:
        return None
    lower, upper = float(seen["revision"].min()), float(seen["revision"].max())
    return Band(min(0.0, lower), max(0.0, upper), tuple(seen["period"]))
