r"""Better recording, or more reports? What published recording rates say of a rise in records.

Police forces once left more reported offences unrecorded than they do now, so recorded offences
rise faster than reports. The share of reports that was recorded was measured for the whole group
"Sexual offences", never for offences against children alone. With S recorded offences of the
group, C of them against children, and p the group's recording rate, U = S(1 - p)/p offences of the
group were left unrecorded. Subscript 0 is the first year, 1 the last. "Reported" means recorded
plus what the rates imply should have been; nobody counts reports.

- *Equal rate*: child offences were recorded at the group's rate. Reports changed by
  C1/C0 · p0/p1.
- *Worst case*: the child offences left unrecorded are anything from none to U. Reports changed by
  C1/(C0 + U0) to (C1 + U1)/C0.
- *Monotone*: recording of child offences did not get worse. From that same low to C1/C0.
- *k-curve*: a report of a child offence was left unrecorded k times as often as another one:
  q_C = k q_O, and q_O solves C k q/(1 - k q) + O q/(1 - q) = U with O = S - C.

Recording's share of the rise is 1 - ln(change of reports)/ln(C1/C0). Each range holds for every
pair of rates within their printed ends; the bounds are those of a part that was never measured
(Manski 2003, Partial Identification of Probability Distributions).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import product
from math import log, sqrt

import pandas as pd

from replicate.vocabulary.definitions import Definition, definitions
from replicate.vocabulary.errors import InputError
from replicate.vocabulary.forces import TERRITORIAL
from replicate.vocabulary.periods import Quarter, Window
from replicate.vocabulary.uncertainty import RoundingRange, ScenarioRange, WorstCaseBounds

GROUP = "Sexual offences"
"""The group of offences that recording rates were published for."""

EARLIEST_LAST = 2016
"""The first year that a force's rate of sexual offences was measured again in."""

RAPE = frozenset({"19C", "19D", "19E", "19F", "19G", "19H", "19J", "19K"})
"""The codes of rape, of children and of adults."""

LEAST_RISE = 2.0
"""Below this, the log of the recorded rise is too small to give shares of it."""

CURVE = (0, 1, 2, 3, 4, 5)
"""How many times as often as another offence a child offence was left unrecorded."""

APART = (0.5, 1.0, 2.0)
"""The same, where it may differ between the two years."""

ASSUMPTIONS = {
    "equal_rate": "Child offences were recorded at the rate of all sexual offences, in both years.",
    "monotone": "Recording of child offences did not get worse; the unrecorded lie in the group.",
    "worst_case": "Child offences unrecorded are from none to all of those in the group.",
    "k_curve": "Child offences went unrecorded k times as often as others, the same k both years.",
    "nation": "The group's recording rate is taken as one for all the forces counted.",
    "forces": "Child offences were recorded at the force's rate of sexual offences.",
}
"""What each result takes for granted."""

Range = RoundingRange | ScenarioRange
"""The ends of a recording rate."""


FIRST_YEAR = Window.parse("2013")
AUDITED = Window.ending(date(2013, 10, 31))
"""The twelve months whose reports the inspection of 2014 examined."""


@dataclass(frozen=True)
class Counted:
    """Offences recorded in a window, the day-weighted mean of two years of whole quarters.

    Attributes
    ----------
    value
        The mean.
    lower, upper
        The two years' counts: the resolution bracket, a convention and no bound.
    """

    value: float
    lower: int
    upper: int


def by_quarter(recorded: pd.DataFrame, codes: Iterable[str]) -> pd.DataFrame:
    """Return the 43 territorial forces' counts: force and offence_code down, quarters across.

    Parameters
    ----------
    recorded
        Recorded crime of one release: force, quarter, offence_code, count. A cell without a number
        adds nothing.
    codes
        Offence codes to keep.
    """
    kept = recorded["offence_code"].isin(set(codes)) & recorded["force"].isin(TERRITORIAL)
    sums = recorded[kept].groupby(["force", "offence_code", "quarter"])["count"].sum()
    return sums.unstack(fill_value=0).astype(int)


def count(
    counts: pd.DataFrame,
    codes: Iterable[str],
    window: Window,
    forces: Iterable[str] = TERRITORIAL,
) -> Counted:
    """Count some codes and forces in a window that the counts cover.

    Parameters
    ----------
    counts
        As `by_quarter` gives them.

    Examples
    --------
    >>> cells = pd.DataFrame({"force": "Kent", "quarter": [f"2013-Q{n}" for n in (1, 2, 3, 4)],
    ...                       "offence_code": "71", "count": [1, 2, 3, 4]})
    >>> count(by_quarter(cells, ["71"]), ["71"], Window.parse("2013"))
    Counted(value=10, lower=10, upper=10)
    """
    force, code = (counts.index.get_level_values(name) for name in ("force", "offence_code"))
    rows = force.isin(list(forces)) & code.isin(list(codes))
    earlier, later = (
        int(counts.loc[rows, [quarter.label for quarter in period.quarters]].to_numpy().sum())
        for period in (window.earlier, window.later)
    )
    mean = later if earlier == later else earlier + window.weight * (later - earlier)
    return Counted(mean, min(earlier, later), max(earlier, later))


def last_quarter(counts: pd.DataFrame) -> Quarter:
    """Return the last quarter that is counted."""
    return Quarter.parse(max(counts.columns))


def last_whole_year(held: Quarter) -> int:
    """Return the last calendar year that is whole by the end of a quarter."""
    return held.year if held.number == 4 else held.year - 1


def spanned(rates: Iterable[Range]) -> ScenarioRange:
    """Return the range from the lowest lower to the highest upper end of some forces' rates."""
    listed = list(rates)
    return ScenarioRange(
        min(rate.lower for rate in listed),
        max(rate.upper for rate in listed),
        ("The nation's rate lies within those of single forces.",),
    )


@dataclass(frozen=True)
class Year:
    """Offences recorded in twelve months: against children, and in the whole group."""

    child: float
    group: float

    def reported(self, rate: float, k: float) -> float:
        """Return the child offences reported, where they went unrecorded k times as often.

        q_O is the smaller root of k(S + U)q² - (C k + O + U(1 + k))q + U = 0, which is the
        condition of the k-curve cleared of its fractions.
        """
        left = _left_out(self.group, rate)
        middle = self.child * k + self.group - self.child + left * (1 + k)
        under_root = middle**2 - 4 * k * (self.group + left) * left
        return self.child / (1 - k * 2 * left / (middle + sqrt(under_root)))


@dataclass(frozen=True)
class Change:
    """How reports changed, and how much of the recorded rise better recording accounts for.

    Attributes
    ----------
    times
        Reports of the last year ÷ reports of the first.
    share
        Recording's share of the log rise; none where the recorded rise is too small.
    """

    times: ScenarioRange | WorstCaseBounds
    share: ScenarioRange | WorstCaseBounds | None


@dataclass(frozen=True)
class Comparison:
    """Two years of recorded offences, and the group's recording rate in each."""

    first: Year
    last: Year
    p0: Range
    p1: Range

    @property
    def ratio(self) -> float:
        """The recorded change, C1/C0."""
        return self.last.child / self.first.child

    def _shares(self, lower: float, upper: float) -> tuple[float, float] | None:
        if self.ratio < LEAST_RISE:
            return None
        return 1 - log(upper) / log(self.ratio), 1 - log(lower) / log(self.ratio)

    def _scenario(self, lower: float, upper: float, assumption: str) -> Change:
        shares = self._shares(lower, upper)
        return Change(
            ScenarioRange(lower, upper, (assumption,)),
            ScenarioRange(*shares, (assumption,)) if shares else None,
        )

    def equal_rate(self) -> Change:
        """Return the change of reports if child offences were recorded at the group's rate."""
        lower = self.ratio * self.p0.lower / self.p1.upper
        return self._scenario(
            lower, self.ratio * self.p0.upper / self.p1.lower, ASSUMPTIONS["equal_rate"]
        )

    def worst_case(self) -> Change:
        """Return the change of reports whatever part of the unrecorded was against children."""
        lower = self.last.child / (self.first.child + _left_out(self.first.group, self.p0.lower))
        upper = (self.last.child + _left_out(self.last.group, self.p1.lower)) / self.first.child
        shares = self._shares(lower, upper)
        return Change(WorstCaseBounds(lower, upper), WorstCaseBounds(*shares) if shares else None)

    def monotone(self) -> Change:
        """Return the change of reports if the recording of child offences did not get worse."""
        return self._scenario(self.worst_case().times.lower, self.ratio, ASSUMPTIONS["monotone"])

    def results(self) -> dict[str, Change]:
        """Return the three by name; those after the first need no rate of child offences."""
        return {
            "equal_rate": self.equal_rate(),
            "monotone": self.monotone(),
            "worst_case": self.worst_case(),
        }

    def k_apart(self, k0: float, k1: float) -> Change:
        """Return the change of reports where child offences went unrecorded k times as often."""
        corners = product((self.p0.lower, self.p0.upper), (self.p1.lower, self.p1.upper))
        times = [self.last.reported(p1, k1) / self.first.reported(p0, k0) for p0, p1 in corners]
        words = (
            ASSUMPTIONS["k_curve"]
            if k0 == k1
            else f"k was {k0:g} in the first year and {k1:g} in the last."
        )
        return self._scenario(min(times), max(times), words)

    def at_later_rates(self) -> ScenarioRange:
        """Return what the first year would have shown, recorded at the last year's rates."""
        lower, upper = self.p1.lower / self.p0.upper, self.p1.upper / self.p0.lower
        return ScenarioRange(
            self.first.child * lower, self.first.child * upper, (ASSUMPTIONS["equal_rate"],)
        )

    def shares_in_offences(self) -> tuple[ScenarioRange, ScenarioRange]:
        """Return recording's share of the rise counted in offences, at the equal rate.

        It depends on which change is taken first: recording (of the first year's reports), or
        reports (recorded at the first year's rate).
        """
        base, rise = self.first.child, self.last.child - self.first.child
        first, times = self.at_later_rates(), self.equal_rate().times
        ends = (first.lower, first.upper, base * times.upper, base * times.lower)
        low, high, most, least = ((end - base) / rise for end in ends)
        assumed = (ASSUMPTIONS["equal_rate"],)
        return ScenarioRange(low, high, assumed), ScenarioRange(1 - most, 1 - least, assumed)


@dataclass(frozen=True)
class Setting:
    """What a comparison is made of; each robustness row changes one part of it."""

    codes: frozenset[str]
    group: frozenset[str]
    first: Window
    last: Window
    p0: Range
    p1: Range
    forces: tuple[str, ...] = TERRITORIAL

    def compare(self, counts: pd.DataFrame) -> Comparison:
        """Count the two years."""
        first, last = (self.year(counts, window) for window in (self.first, self.last))
        return Comparison(first, last, self.p0, self.p1)

    def year(self, counts: pd.DataFrame, window: Window) -> Year:
        """Count twelve months."""
        child, group = (
            count(counts, codes, window, self.forces).value for codes in (self.codes, self.group)
        )
        return Year(child, group)

    def without(self, *forces: str) -> "Setting":
        """Leave some forces out."""
        return replace(self, forces=tuple(name for name in self.forces if name not in forces))


def pooled_rate(
    counts: pd.DataFrame, setting: Setting, rates: Mapping[str, Range]
) -> ScenarioRange:
    """Return one rate for several forces, ΣS/Σ(S/p), at both ends of each force's rate.

    Parameters
    ----------
    counts, setting
        S is the group's offences in the setting's last year.
    rates
        By force.
    """
    recorded = {
        force: replace(setting, forces=(force,)).year(counts, setting.last).group for force in rates
    }
    lower, upper = (
        sum(recorded.values())
        / sum(recorded[force] / getattr(rate, end) for force, rate in rates.items())
        for end in ("lower", "upper")
    )
    return ScenarioRange(lower, upper, ("The forces' rates, weighted by reports.",))


def variants(
    base: Setting, rates: Mapping[str, Range], held: Quarter
) -> dict[tuple[str, str], Setting]:
    """Return the settings that robustness is judged by, all listed before any was computed.

    Parameters
    ----------
    base
        What the result was computed with.
    rates
        Other rates of the last year, by what they are.
    held
        The release's last quarter.

    Returns
    -------
    dict
        (what is varied, how) → setting; without those that change nothing, or that leave no code.
    """
    found: dict[tuple[str, str], Setting] = {}
    middle = (base.p0.lower + base.p0.upper) / 2
    for points in (3, 5):
        case = f"± {points} points of sampling error"
        wider = ScenarioRange(middle - points / 100, middle + points / 100, (case,))
        found["first year's rate", case] = replace(base, p0=wider)
    likely = ScenarioRange(0.94, 0.98, ("A narrower scenario, listed beforehand.",))
    for name, rate in {"0.94 to 0.98": likely, **rates}.items():
        found["last year's rate", name] = replace(base, p1=rate)
    for window in (FIRST_YEAR, AUDITED, Window.parse(AUDITED.earlier.label)):
        found["first year", window.label] = replace(base, first=window)
    for year in ("2017", "2018"):
        found["last year", year] = replace(base, last=Window.parse(year))
    financial = _financial(base.first, held), _financial(base.last, held)
    found["years", " and ".join(window.label for window in financial)] = replace(
        base, first=financial[0], last=financial[1]
    )
    for code in sorted(base.codes):
        found["one code left out", code] = replace(base, codes=base.codes - {code})
    sets = {"rape only": base.codes & RAPE, "with 88A": base.codes | {"88A"}}
    for case, codes in (sets | {"with 17A and 20A": base.codes | {"17A", "20A"}}).items():
        found["codes", case] = replace(base, codes=codes)
    found["codes", "without 88C"] = replace(
        base, codes=base.codes - {"88C"}, group=base.group - {"88C"}
    )
    for force in ("Greater Manchester", "Metropolitan Police"):
        found["forces", f"without {force}"] = base.without(force)
    return {name: setting for name, setting in found.items() if setting != base and setting.codes}


def _financial(window: Window, held: Quarter) -> Window:
    """Return the financial year that begins in a window's last year, or the one before."""
    year = window.later.last.year
    start = year if Quarter(year + 1, 1) <= held else year - 1
    return Window.parse(f"{start}/{(start + 1) % 100:02d}")


def robustness(counts: pd.DataFrame, base: Setting, rates: Mapping[str, Range]) -> pd.DataFrame:
    """Return the results of every variant.

    Returns
    -------
    pandas.DataFrame
        varied, case, ratio, lower, upper (reports, equal rate), share_lower, share_upper (of the
        log rise, missing where none is given), worst_lower, worst_upper.
    """
    rows = []
    for (varied, case), setting in variants(base, rates, last_quarter(counts)).items():
        found = setting.compare(counts)
        equal, worst = found.equal_rate(), found.worst_case()
        ends = {"": equal.times, "share_": equal.share, "worst_": worst.times}
        rows.append(
            {"varied": varied, "case": case, "ratio": found.ratio}
            | {
                f"{name}{end}": getattr(each, end, None)
                for name, each in ends.items()
                for end in ("lower", "upper")
            }
        )
    return pd.DataFrame(rows)


@dataclass(frozen=True)
class ForceBounds:
    """Child offences that one force left unrecorded.

    Attributes
    ----------
    equal_rate
        At the group's rate.
    worst_case
        From none to all that went unrecorded in the group.
    least_rate
        The lowest rate that child offences can have been recorded at, c/(c + U).
    """

    equal_rate: ScenarioRange
    worst_case: WorstCaseBounds
    least_rate: float


def force_bounds(recorded: Year, rate: Range) -> ForceBounds:
    """Bound the child offences that a force left unrecorded.

    Examples
    --------
    >>> round(force_bounds(Year(90, 270), RoundingRange(0.9, 0.9)).worst_case.upper, 6)
    30.0
    """
    most = _left_out(recorded.group, rate.lower)
    least, greatest = (_left_out(recorded.child, end) for end in (rate.upper, rate.lower))
    return ForceBounds(
        ScenarioRange(least, greatest, (ASSUMPTIONS["forces"],)),
        WorstCaseBounds(0, most),
        recorded.child / (recorded.child + most),
    )


def nation(counts: pd.DataFrame, setting: Setting) -> dict[str, tuple[float, ScenarioRange]]:
    """Return the group's offences recorded and reported: the first year, the last, the newest.

    Rates are those of the years in which they were measured; nothing is interpolated between them.

    Returns
    -------
    dict
        The year's label → recorded, and with those that the rates imply were left unrecorded.
    """
    newest = Window.parse(str(last_whole_year(last_quarter(counts))))
    rates = {setting.first: setting.p0, setting.last: setting.p1, newest: setting.p1}
    found = {}
    for window, rate in rates.items():
        recorded = setting.year(counts, window).group
        ends = recorded / rate.upper, recorded / rate.lower
        found[window.label] = recorded, ScenarioRange(*ends, (ASSUMPTIONS["nation"],))
    return found


@dataclass(frozen=True)
class Mix:
    """What is left unrecorded where rape goes unrecorded at a rate of its own.

    Attributes
    ----------
    rest
        The share of the group's other offences, so that the whole group has its published rate.
    child
        The share of the child offences that their mix of rape and other offences then implies.
    """

    rest: ScenarioRange
    child: ScenarioRange


def implied_by_mix(counts: pd.DataFrame, setting: Setting, rape_unrecorded: float) -> Mix:
    """Return what the mix of child offences implies for the first year, at both ends of its rate.

    Near the group's own share, it supports the equal rate.

    Parameters
    ----------
    counts, setting
        As for a comparison.
    rape_unrecorded
        The share of reported rapes left unrecorded.
    """
    year = setting.year(counts, setting.first)
    rapes = replace(setting, codes=setting.codes & RAPE, group=RAPE & setting.group)
    rape, rape_rate = rapes.year(counts, setting.first), 1 - rape_unrecorded
    rest, child = [], []
    for rate in (setting.p0.upper, setting.p0.lower):
        left = _left_out(year.group, rate) - _left_out(rape.group, rape_rate)
        rest.append(left / (year.group - rape.group + left))
        reports = rape.child / rape_rate + (year.child - rape.child) / (1 - rest[-1])
        child.append(1 - year.child / reports)
    assumed = ("Rape and other offences went unrecorded alike, whoever they were against.",)
    return Mix(ScenarioRange(rest[0], rest[1], assumed), ScenarioRange(child[0], child[1], assumed))


def refuse_years(first: str, last: str, held: Quarter) -> None:
    """Refuse years that no published rate stands for.

    Parameters
    ----------
    first, last
        As they were asked for.
    held
        The release's last quarter.

    Raises
    ------
    InputError
        When the first is neither 2013 nor the months audited, or the last is no calendar year
        from 2016 to the last that the release wholly covers.
    """
    newest = last_whole_year(held)
    firsts, lasts = (FIRST_YEAR.label, AUDITED.label), range(EARLIEST_LAST, newest + 1)
    for where, got, valid, expected in (
        ("--from", first, firsts, f"{firsts[0]}, or '{firsts[1]}'"),
        ("--to", last, map(str, lasts), f"a calendar year from {EARLIEST_LAST} to {newest}"),
    ):
        if got not in valid:
            raise InputError(
                "a year that no published recording rate of sexual offences stands for",
                where=where,
                got=got,
                expected=expected,
                hint="rates were measured in 2012-13, and by six forces in 2015 to 2022",
            )


def refuse_codes(definition: Definition, group: Iterable[str]) -> None:
    """Refuse a definition that the group's recording rate does not stand for.

    Raises
    ------
    InputError
        When a code lies outside the group, or no code of the group outside the definition.
    """
    codes, inside = set(definition.codes), set(group)
    if codes < inside:
        return
    outside = ", ".join(code for code in definition.codes if code not in inside)
    usable = [each.name for each in definitions().values() if set(each.codes) < inside]
    raise InputError(
        "a definition that the recording rate of sexual offences does not stand for",
        where="--definition",
        got=f"{definition.name}, with {outside or 'every code of the group'}",
        expected=f"some of the codes of the group '{GROUP}', and no other",
        hint=f"definitions that can be used: {', '.join(usable)}",
    )


def _left_out(recorded: float, rate: float) -> float:
    """Return the number that a rate leaves unrecorded, U = R(1 - p)/p."""
    return recorded / rate - recorded
