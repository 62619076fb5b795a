"""Better recording, or more reports? Rates of the ledger and counts of the tables, compared."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import pandas as pd

from replicate.analysis import trend as analysis
from replicate.analysis.trend import Change, Comparison, Counted, Range, Setting
from replicate.derivations.counting import count
from replicate.ledger import Claim, find_claim
from replicate.ledger.audits import ForceAudit, rates_by_force
from replicate.sources import tables
from replicate.vocabulary.definitions import Definition, definitions
from replicate.vocabulary.errors import unknown
from replicate.vocabulary.files import shipped_yaml
from replicate.vocabulary.forces import TERRITORIAL, canonical_force
from replicate.vocabulary.periods import Period, Window
from replicate.vocabulary.uncertainty import RoundingRange, WorstCaseBounds

UNRECORDED, RAPE, CANCELLED, PLANS = "R03", "R06", "R05d", "S21a"
"""Claims, in percent: sexual offences and rapes that were left unrecorded in 2012-13, decisions
that no crime had been committed that were wrong, and the fall of protection plans."""

BY_FORCE = "child_specific"
"""What forces' bounds are of, whatever definition the trend is of."""

GROWN = "child_specific_images_familial"
"""The definition whose rise since 2013 is taken apart by codes: that of notebook 01."""

WORDS = shipped_yaml("derivations", "trend.yaml")


@dataclass(frozen=True)
class Trend:
    """A rise in recorded offences, and what the published recording rates make of it.

    Attributes
    ----------
    definition, release
        The offences, and the release of recorded crime.
    setting
        The two years, the codes and the rates.
    counts
        The group's offences by force, code and quarter.
    audits
        The audits of sexual offences by force, the oldest first.
    force
        The one force asked for; none means every force of the audits.
    """

    definition: Definition
    release: str
    setting: Setting
    counts: pd.DataFrame
    audits: dict[str, tuple[ForceAudit, ...]]
    force: str | None = None

    @cached_property
    def comparison(self) -> Comparison:
        """The two years and their rates."""
        return self.setting.compare(self.counts)

    @cached_property
    def october(self) -> Comparison:
        """The same on the base of the twelve months audited."""
        return replace(self.setting, first=analysis.AUDITED).compare(self.counts)

    @cached_property
    def by_pooled_rate(self) -> Comparison:
        """The same at one last rate for the audits' forces, weighted by reports of that year."""
        rates = {name: rates[-1].rate_range for name, rates in self.audits.items()}
        pooled = analysis.pooled_rate(self.counts, self.setting, rates)
        return replace(self.comparison, p1=pooled)

    @cached_property
    def robustness(self) -> pd.DataFrame:
        """The results with one choice at a time made otherwise (`analysis.trend.robustness`)."""
        first = analysis.spanned(rates[0].rate_range for rates in self.audits.values())
        others = {"pooled": self.by_pooled_rate.p1, "the forces' first rates": first}
        return analysis.robustness(self.counts, self.setting, others)

    def yearly(self) -> "pd.Series[int]":
        """Return the offences recorded in each calendar year, from the first year to the last."""
        first, last = (each.later.last.year for each in (self.setting.first, self.setting.last))
        rows = self.counts[self.counts.index.isin(self.setting.codes, level="offence_code")]
        return rows.sum().groupby(lambda quarter: int(quarter[:4])).sum().loc[first:last]

    def indexed(self) -> pd.DataFrame:
        """Return recorded offences by year and reports in the last year, the first year being 100.

        Returns
        -------
        pandas.DataFrame
            year, kind, value, lower, upper. Reports have a range and no value; no year between the
            first and the last has a recording rate, and none is interpolated.
        """
        values = 100 * self.yearly() / self.comparison.first.child
        recorded = pd.DataFrame({"year": values.index, "kind": "recorded", "value": values})
        reports = [
            {"year": values.index[-1], "kind": kind}
            | {"lower": 100 * change.times.lower, "upper": 100 * change.times.upper}
            for kind, change in self.comparison.results().items()
        ]
        return pd.concat([recorded, pd.DataFrame(reports)], ignore_index=True)

    def support(self) -> analysis.Mix:
        """Return what the mix of offences implies, by the published share of rapes unrecorded."""
        rape = find_claim(RAPE).number or 0
        return analysis.implied_by_mix(self.counts, self.setting, rape / 100)

    def forces(self) -> list[dict[str, Any]]:
        """Return the child offences left unrecorded by the force asked for, or by every one.

        A force has the bounds of its latest rate, of the eleven codes in that audit's twelve
        months; null, with the reason, where no rate of sexual offences was published.
        """
        return list(map(self._unrecorded, [self.force] if self.force else self.audits))

    def _unrecorded(self, force: str) -> dict[str, Any]:
        if force not in self.audits:
            return {"force": force, "unrecorded": None, "why": WORDS["no_rate"]}
        audit, eleven = self.audits[force][-1], frozenset(definitions()[BY_FORCE].codes)
        setting = replace(self.setting, codes=eleven, forces=(force,))
        recorded = setting.year(self.counts, Window.parse(audit.window))
        bounds = analysis.force_bounds(recorded, audit.rate_range)
        return {
            "force": force,
            "window": audit.window,
            "rate": audit.rate,
            "definition": BY_FORCE,
            "recorded": recorded.child,
            "recorded_group": recorded.group,
            "unrecorded": _ends(bounds.equal_rate),
            "worst_case": _ends(bounds.worst_case),
            "recorded_at_least": bounds.least_rate,
            "printed_unrecorded": audit.number or None,
        }

    def nation(self, *without: str) -> dict[str, Any]:
        """Return the whole group recorded and reported by year, and how its reports changed.

        The group is taken as a definition: its equal rate is the nation's change.
        """
        setting = self.setting.without(*without)
        years = [
            {"year": year, "recorded": recorded, "reported": _ends(reported)}
            for year, (recorded, reported) in analysis.nation(self.counts, setting).items()
        ]
        whole = replace(setting, codes=setting.group).compare(self.counts).equal_rate()
        return {"years": years, "reported_ratio": _ends(whole.times)}

    def as_json(self) -> dict[str, Any]:
        """Return the object that `replicate trend --json` prints."""
        pooled = self.by_pooled_rate.results()
        without = self.nation("Greater Manchester")
        return {
            "from": self.setting.first.label,
            "to": self.setting.last.label,
            "definition": self.definition.name,
            "release": self.release,
            **_results(self.comparison),
            "base_2012_13": _results(self.october),
            "pooled": {name: _change(pooled[name]) for name in ("equal_rate", "worst_case")},
            "nation": {
                "group": analysis.GROUP,
                **self.nation(),
                "without_greater_manchester": without,
            },
            "forces": self.forces(),
            "inputs": self.inputs(),
            "assumptions": [
                {"of": name, "assumes": words, "does_not_show": WORDS["does_not_show"][name]}
                for name, words in analysis.ASSUMPTIONS.items()
            ],
        }

    def inputs(self) -> list[dict[str, Any]]:
        """Return the published rates and numbers: input, low, high, and where known the rest.

        The rest is printed, period, source, read and remark.
        """
        setting, name = self.setting, self.definition.name
        rates = {"p0": setting.p0, "p1": setting.p1, "p1, pooled": self.by_pooled_rate.p1}
        claims = map(find_claim, (UNRECORDED, RAPE, CANCELLED, PLANS))
        audits = (audit for audits in self.audits.values() for audit in audits)
        audited = {"period": analysis.AUDITED.label, "remark": WORDS["bracket"]}
        counted = {
            f"recorded, {of}": analysis.count(self.counts, codes, analysis.AUDITED)
            for of, codes in ((name, setting.codes), ("group", setting.group))
        }
        return [
            *({"input": of, **_ends(ends), "remark": WORDS[of]} for of, ends in rates.items()),
            *(
                {"input": claim.statement, **_ends(claim.range()), "printed": str(claim.value)}
                | {"period": claim.period, **_source(claim), "remark": claim.note}
                for claim in claims
            ),
            *(
                {"input": f"rate, {audit.force}", **_ends(audit.rate_range), "printed": audit.rate}
                | {"period": audit.window, **_source(audit), "remark": audit.remark}
                for audit in audits
            ),
            *(
                {"input": of, **_ends(found), "value": found.value, **audited}
                for of, found in counted.items()
            ),
        ]


def trend(
    definition: Definition, *, first: str = "2013", last: str = "2024", force: str | None = None
) -> Trend:
    """Compare a rise in recorded offences with the recording rates that were published.

    Parameters
    ----------
    definition
        Offence codes inside the group "Sexual offences", and not all of it.
    first
        `2013`, or `12 months to 2013-10-31`.
    last
        A calendar year from 2016 on that the newest release covers.
    force
        A territorial force that the bounds by force are narrowed to.

    Raises
    ------
    InputError
        For other years, a definition with codes outside the group or without any left in it
        beside its own, or an unknown force.

    Examples
    --------
    >>> from replicate.vocabulary.definitions import find_definition
    >>> found = trend(find_definition("child_contact")).comparison.equal_rate().times
    >>> round(found.lower, 2), round(found.upper, 2)
    (1.77, 1.99)
    """
    release, group = tables.resolve_vintage(tables.LATEST), _group()
    analysis.refuse_years(first, last, tables.coverage(release).last)
    analysis.refuse_codes(definition, group)
    named = canonical_force(force) if force else None
    if force and named not in TERRITORIAL:
        raise unknown("force", force, TERRITORIAL, where="--force")
    printed, audits = find_claim(UNRECORDED).range(), rates_by_force("sexual_offences")
    setting = Setting(
        frozenset(definition.codes),
        group,
        Window.parse(first),
        Window.parse(last),
        RoundingRange(1 - printed.upper / 100, 1 - printed.lower / 100),
        analysis.spanned(rates[-1].rate_range for rates in audits.values()),
    )
    counts = analysis.by_quarter(tables.recorded_crime(release), group)
    return Trend(definition, release, setting, counts, audits, named)


def choices() -> dict[str, tuple[str, ...]]:
    """Return the definitions and the last years that published recording rates stand for.

    Examples
    --------
    >>> choices()["definition"]
    ('child_specific', 'child_contact', 'child_exploitation')
    """
    inside = _group()
    named = (name for name, each in definitions().items() if inside > set(each.codes))
    newest = analysis.last_whole_year(tables.coverage().last)
    years = range(analysis.EARLIEST_LAST, newest + 1)
    return {"definition": tuple(named), "last": tuple(map(str, years))}


def _group() -> frozenset[str]:
    offences = tables.offences()
    return frozenset(offences.loc[offences["group"] == analysis.GROUP, "code"])


def force_unrecorded(force: str) -> dict[str, Any]:
    """Bound the child sexual offences that a force left unrecorded, by its published rate.

    Parameters
    ----------
    force
        A territorial force, by any of its names.

    Returns
    -------
    dict
        The force's row of `replicate trend --json`.

    Raises
    ------
    InputError
        For an unknown force, or one that HMICFRS does not inspect.

    Examples
    --------
    >>> force_unrecorded("Kent")["unrecorded"] is None, force_unrecorded("Northumbria")["rate"]
    (True, '92')
    """
    return trend(definitions()["child_contact"], force=force).forces()[0]


def children() -> "pd.Series[int]":
    """Return the children under 18 in England, by year."""
    rows = tables.load("children").merge(tables.load("forces"), left_on="force", right_on="name")
    kept = rows.query("country == 'England' and age_from == 0 and age_to == 17")
    return kept.groupby("year")["children"].sum()


def growth() -> pd.DataFrame:
    """Return how far a rise since 2013 depends on two codes that are unlike the others.

    Code 86 (images) is outside the group "Sexual offences"; part of 88A became an offence in April
    2017. Counts are of all forces, British Transport Police among them.

    Returns
    -------
    pandas.DataFrame
        counted, first, last (offences in 2013 and in the last whole year), ratio, share (the part
        of the whole rise, in percent) and last_year.
    """
    whole, last_year = definitions()[GROWN], analysis.last_whole_year(tables.coverage().last)
    years = {"first": "2013", "last": str(last_year)}
    counts = pd.DataFrame(
        {
            end: count(whole, Period.parse(year), by="code").rows.set_index("code")["count"]
            for end, year in years.items()
        }
    )
    unlike = ["86", "88A"]
    sums = {"every code": counts, "without code 86": counts.drop("86")}
    sums |= {"without 88A": counts.drop("88A"), "without either": counts.drop(unlike)}
    sums |= {"code 86": counts.loc[["86"]], "88A": counts.loc[["88A"]]}
    found = pd.DataFrame({case: rows.sum() for case, rows in sums.items()}).T
    rise = found["last"] - found["first"]
    found = found.assign(ratio=found["last"] / found["first"], share=100 * rise / rise.iloc[0])
    return found.rename_axis("counted").reset_index()


def _ends(found: Range | WorstCaseBounds | Counted) -> dict[str, Any]:
    return {"low": found.lower, "high": found.upper}


def _change(found: Change) -> dict[str, Any]:
    if found.share is None:
        return _ends(found.times) | {"share_of_log_rise": None, "why": WORDS["too_small"]}
    return _ends(found.times) | {"share_of_log_rise": _ends(found.share)}


def _results(found: Comparison) -> dict[str, Any]:
    curve = {k: found.k_apart(k, k).share for k in analysis.CURVE}
    none = {"low": None, "high": None, "why": WORDS["too_small"]}
    return {
        "recorded": {"from": found.first.child, "to": found.last.child, "ratio": found.ratio},
        **{name: _change(change) for name, change in found.results().items()},
        "k_curve": [{"k": k, **(_ends(share) if share else none)} for k, share in curve.items()],
    }


def _source(found: Claim | ForceAudit) -> dict[str, Any]:
    return {"source": found.source_url, "read": found.seen.meaning}
