"""Better recording, or more reports? Rates of the ledger and counts of the tables, compared."""

from dataclasses import dataclass, replace
from functools import cached_property

import pandas as pd

from replicate.analysis import trend as analysis
from replicate.analysis.trend import Change, Comparison, Range, Setting
from replicate.derivations.counting import count
from replicate.ledger import Claim, ForceAudit, find_claim, rates_by_force
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
class ForceUnrecorded:
    """Child sexual offences that one force left unrecorded, or why nothing can be said of them.

    Attributes
    ----------
    force
        Its name.
    audit
        The latest audit of its recording of sexual offences; none where no rate was published.
    recorded
        Offences against children (eleven codes) and of the whole group, recorded in the audit's
        twelve months, weighted by days; none without an audit, like the bounds.
    bounds
        How many more were reported and not recorded.
    """

    force: str
    audit: ForceAudit | None = None
    recorded: analysis.Year | None = None
    bounds: analysis.ForceBounds | None = None

    def as_json(self) -> dict[str, object]:
        """Return the force's row of `replicate trend --json`; null, with why, without a rate."""
        if self.audit is None or self.recorded is None or self.bounds is None:
            return {"force": self.force, "unrecorded": None, "why": WORDS["no_rate"]}
        return {
            "force": self.force,
            "window": self.audit.window,
            "rate": self.audit.rate,
            "definition": BY_FORCE,
            "recorded": self.recorded.child,
            "recorded_group": self.recorded.group,
            "unrecorded": _ends(self.bounds.equal_rate),
            "worst_case": _ends(self.bounds.worst_case),
            "recorded_at_least": self.bounds.least_rate,
            "printed_unrecorded": self.audit.number or None,
        }


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
    def audited(self) -> analysis.Counted:
        """The definition's offences in the twelve months audited."""
        return analysis.count(self.counts, self.setting.codes, analysis.AUDITED)

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

    def yearly(self) -> dict[int, int]:
        """Return the offences recorded in each calendar year, from the first year to the last."""
        first, last = (each.later.last.year for each in (self.setting.first, self.setting.last))
        return {
            year: analysis.count(self.counts, self.setting.codes, Window.parse(str(year))).upper
            for year in range(first, last + 1)
        }

    def indexed(self) -> pd.DataFrame:
        """Return recorded offences by year and reports in the last year, the first year being 100.

        Returns
        -------
        pandas.DataFrame
            year, kind, value, lower, upper. Reports have a range and no value; no year between the
            first and the last has a recording rate, and none is interpolated.
        """
        base, yearly = self.comparison.first.child, self.yearly()
        rows: list[dict[str, object]] = [
            {"year": year, "kind": "recorded", "value": 100 * count / base}
            for year, count in yearly.items()
        ]
        for kind in ("equal_rate", "monotone", "worst_case"):
            times = getattr(self.comparison, kind)().times
            ends = {"lower": 100 * times.lower, "upper": 100 * times.upper}
            rows.append({"year": max(yearly), "kind": kind, **ends})
        return pd.DataFrame(rows)

    def children(self) -> dict[int, int]:
        """Return the children under 18 in England, by year."""
        rows, forces = tables.load("children"), tables.load("forces")
        english = rows["force"].isin(forces.loc[forces["country"] == "England", "name"])
        kept = rows[english & (rows["age_from"] == 0) & (rows["age_to"] == 17)]
        sums = kept.groupby("year", as_index=False)["children"].sum()
        return dict(zip(sums["year"].tolist(), sums["children"].tolist(), strict=True))

    def support(self) -> analysis.Mix:
        """Return what the mix of offences implies, by the published share of rapes unrecorded."""
        return analysis.implied_by_mix(
            self.counts, self.setting, (find_claim(RAPE).number or 0) / 100
        )

    @property
    def forces(self) -> list[ForceUnrecorded]:
        """The force asked for, or every force with a published rate of sexual offences."""
        return list(map(self._unrecorded, [self.force] if self.force else self.audits))

    def _unrecorded(self, force: str) -> ForceUnrecorded:
        if force not in self.audits:
            return ForceUnrecorded(force)
        audit, eleven = self.audits[force][-1], frozenset(definitions()[BY_FORCE].codes)
        setting = replace(self.setting, codes=eleven, forces=(force,))
        recorded = setting.year(self.counts, Window.parse(audit.window))
        bounds = analysis.force_bounds(recorded, audit.rate_range)
        return ForceUnrecorded(force, audit, recorded, bounds)

    def as_json(self) -> dict[str, object]:
        """Return the object that `replicate trend --json` prints."""
        base, pooled = self.setting, self.by_pooled_rate
        without = base.without("Greater Manchester")
        return {
            "from": base.first.label,
            "to": base.last.label,
            "definition": self.definition.name,
            "release": self.release,
            **_results(self.comparison),
            "base_2012_13": _results(self.october),
            "pooled": {
                "equal_rate": _change(pooled.equal_rate()),
                "worst_case": _change(pooled.worst_case()),
            },
            "nation": {
                "group": analysis.GROUP,
                **self._nation(base),
                "without_greater_manchester": self._nation(without),
            },
            "forces": [found.as_json() for found in self.forces],
            "inputs": self.inputs(),
            "assumptions": [
                {"of": name, "assumes": words, "does_not_show": WORDS["does_not_show"][name]}
                for name, words in analysis.ASSUMPTIONS.items()
            ],
        }

    def _nation(self, setting: Setting) -> dict[str, object]:
        """Take the whole group as a definition: its equal rate is the nation's change."""
        years = [
            {"year": year, "recorded": recorded, "reported": _ends(reported)}
            for year, (recorded, reported) in analysis.nation(self.counts, setting).items()
        ]
        whole = replace(setting, codes=setting.group).compare(self.counts).equal_rate()
        return {"years": years, "reported_ratio": _ends(whole.times)}

    def inputs(self) -> list[dict[str, object]]:
        """Return the published rates and numbers: input, low, high, and where known the rest.

        The rest is printed, period, source, read and remark.
        """
        setting, names = self.setting, (UNRECORDED, RAPE, CANCELLED, PLANS)
        rows: list[dict[str, object]] = [
            {"input": "p0", **_ends(setting.p0), "remark": WORDS["p0"]},
            {"input": "p1", **_ends(setting.p1), "remark": WORDS["spanned"]},
            {"input": "p1, pooled", **_ends(self.by_pooled_rate.p1), "remark": WORDS["pooled"]},
        ]
        rows += [
            {"input": claim.statement, **_ends(claim.range()), "printed": str(claim.value)}
            | {"period": claim.period, **_source(claim), "remark": claim.note}
            for claim in map(find_claim, names)
        ]
        rows += [
            {"input": f"rate, {audit.force}", **_ends(audit.rate_range), "printed": audit.rate}
            | {"period": audit.window, **_source(audit), "remark": audit.remark}
            for rates in self.audits.values()
            for audit in rates
        ]
        for name, codes in ((self.definition.name, setting.codes), ("group", setting.group)):
            found = analysis.count(self.counts, codes, analysis.AUDITED)
            rows.append(
                {"input": f"recorded, {name}", **_ends(found), "value": found.value}
                | {"period": analysis.AUDITED.label, "remark": WORDS["bracket"]}
            )
        return rows


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


def force_unrecorded(force: str) -> ForceUnrecorded:
    """Bound the child sexual offences that a force left unrecorded, by its published rate.

    Parameters
    ----------
    force
        A territorial force, by any of its names.

    Raises
    ------
    InputError
        For an unknown force, or one that HMICFRS does not inspect.

    Examples
    --------
    >>> force_unrecorded("Kent").as_json()["unrecorded"] is None
    True
    >>> force_unrecorded("Northumbria").audit.rate
    '92'
    """
    return trend(definitions()["child_contact"], force=force).forces[0]


def growth(name: str = GROWN) -> pd.DataFrame:
    """Return how far a rise since 2013 depends on two codes that are unlike the others.

    Code 86 (images) is outside the group "Sexual offences"; part of 88A became an offence in April
    2017. Counts are of all forces, British Transport Police among them.

    Returns
    -------
    pandas.DataFrame
        counted, first, last (offences in 2013 and in the last whole year), ratio, share (the part
        of the whole rise, in percent) and last_year.
    """
    whole, codes = definitions()[name], set(definitions()[name].codes)
    last_year = analysis.last_whole_year(tables.coverage().last)
    by_year = [
        count(whole, Period.parse(str(year)), by="code").rows.set_index("code")["count"]
        for year in (2013, last_year)
    ]
    cases = {"every code": codes, "without code 86": codes - {"86"}, "without 88A": codes - {"88A"}}
    cases |= {"without either": codes - {"86", "88A"}, "code 86": {"86"}, "88A": {"88A"}}
    rows = []
    for case, some in cases.items():
        first, last = (int(counts[counts.index.isin(some)].sum()) for counts in by_year)
        rows.append({"counted": case, "first": first, "last": last, "ratio": last / first})
    found = pd.DataFrame(rows)
    rise = found["last"] - found["first"]
    return found.assign(share=100 * rise / rise[0], last_year=str(last_year))


def _ends(found: Range | WorstCaseBounds | analysis.Counted) -> dict[str, object]:
    return {"low": found.lower, "high": found.upper}


def _change(found: Change) -> dict[str, object]:
    if found.share is None:
        return _ends(found.times) | {"share_of_log_rise": None, "why": WORDS["too_small"]}
    return _ends(found.times) | {"share_of_log_rise": _ends(found.share)}


def _results(found: Comparison) -> dict[str, object]:
    curve = {k: found.k_apart(k, k).share for k in analysis.CURVE}
    none = {"low": None, "high": None, "why": WORDS["too_small"]}
    return {
        "recorded": {"from": found.first.child, "to": found.last.child, "ratio": found.ratio},
        "equal_rate": _change(found.equal_rate()),
        "monotone": _change(found.monotone()),
        "worst_case": _change(found.worst_case()),
        "k_curve": [{"k": k, **(_ends(share) if share else none)} for k, share in curve.items()],
    }


def _source(found: Claim | ForceAudit) -> dict[str, object]:
    return {"source": found.source_url, "read": found.seen.meaning}
