"""Multiple systems estimation of a table of lists, each way of choosing a model beside the others.

No overlap of lists is published for child sexual exploitation, so that the method is shown here on other people's lists, not applied.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from replicate.analysis import systems
from replicate.analysis.systems import Estimate, ListTable, Select, View, interactions
from replicate.derivations.under_reporting.list_estimates import words
from replicate.derivations.under_reporting.list_files import Example, examples, lists
from replicate.ledger import Input, inputs
from replicate.vocabulary.errors import InputError

CHOOSING, NEAR, AVERAGE = ("way of choosing", "near the best", "average over models")
"""The views: a model for each way of choosing one, all that are near the best, and averages."""

COLUMNS = (
    "view",
    "chosen_by",
    "model",
    "interactions",
    "estimate",
    "lower",
    "upper",
    "se",
    "difference",
    "reason",
)

Row = dict[str, object]


@dataclass(frozen=True)
class Study:
    """What one table of lists says, by every way of choosing a model.

    Attributes
    ----------
    table, example, published
        The lists; what is known of them, and the estimate published from them, for a shipped example.
    chosen
        The estimate by the way of choosing that was asked for, resampled where that was asked for.
    rows
        One row a view of a model: view, chosen_by, model, interactions (how many; missing where that says nothing), estimate, lower,
        upper (log-normal), se, difference (of the criterion from the least) and reason (why there is no estimate).
    """

    table: ListTable
    example: Example | None
    published: Input | None
    chosen: Estimate
    rows: pd.DataFrame

    def of(self, view: str) -> pd.DataFrame:
        """Return the rows of one view: `CHOOSING`, `NEAR` or `AVERAGE`."""
        return self.rows[self.rows["view"] == view].reset_index(drop=True)

    @property
    def spread(self) -> tuple[float, float]:
        """The lowest and the highest estimate of any row: what the choice of a model alone does."""
        return float(self.rows["estimate"].min()), float(self.rows["estimate"].max())

    @property
    def distinct(self) -> pd.DataFrame:
        """One row a model that has an estimate, all that chose it named together; the lowest first."""
        fitted = self.rows[self.rows["estimate"].notna()]
        together = fitted.groupby("model", sort=False)["chosen_by"].agg(
            lambda ways: "; ".join(dict.fromkeys(ways))
        )
        one = fitted.drop_duplicates("model").drop(columns=["view", "difference", "reason"])
        return (
            one.assign(chosen_by=one["model"].map(together))
            .sort_values("estimate", kind="stable")
            .reset_index(drop=True)
        )

    @property
    def intervals(self) -> pd.DataFrame:
        """Every interval of the chosen model: method, lower, upper, level."""
        return pd.DataFrame([vars(one) for one in self.chosen.intervals])[
            ["method", "lower", "upper", "level"]
        ]


def study(
    which: str,
    *,
    criterion: Select = "bic",
    order: int = 2,
    threshold: float = 0.02,
    resamples: int = 0,
    seed: int = 1,
    jobs: int = 1,
) -> Study:
    """Estimate one table by every way of choosing a model.

    Parameters
    ----------
    which
        The name of an example, or the path of a file.
    criterion
        The way of choosing whose model is resampled.
    order, threshold, seed, jobs
        Of `replicate.analysis.systems.estimate`.
    resamples
        For the bootstrap interval of the chosen model; 0 for none.

    Raises
    ------
    InputError
        For what `lists` and `estimate` refuse.
    """
    table = lists(which)
    options: dict[str, Any] = {"order": order, "threshold": threshold}
    chosen = systems.estimate(
        table, select=criterion, bootstrap=resamples, seed=seed, jobs=jobs, **options
    )
    every = {name: _tried(table, name, options) for name in ("AIC", "BIC")}
    fitted = {name: found for name, found in every.items() if isinstance(found, Estimate)}
    reasons = {f"best by {name}": found for name, found in every.items() if isinstance(found, str)}
    shown = {view.kind: view for one in (*fitted.values(), chosen) for view in one.alternatives}
    rows = [*_chosen(table, shown, threshold, reasons), *_others(table, fitted)]
    example = examples().get(which)
    published = inputs()[example.published] if example else None
    return Study(table, example, published, chosen, pd.DataFrame(rows, columns=list(COLUMNS)))


def _tried(table: ListTable, criterion: str, options: dict[str, Any]) -> Estimate | str:
    """Return the estimate by a criterion, or why there is none."""
    try:
        return systems.estimate(table, select="aic" if criterion == "AIC" else "bic", **options)
    except InputError as error:
        return f"{error.what}: {error.got}"


def _chosen(
    table: ListTable, views: dict[str, View], threshold: float, reasons: dict[str, str]
) -> Iterator[Row]:
    """Return a row for each way of choosing a model, with the reason where it chose none."""
    for way in (
        "no interactions",
        f"stepwise below {threshold:g}",
        "best by AIC",
        "best by BIC",
    ):
        if way in views:
            yield _row(CHOOSING, table, views[way])
        else:
            yield {
                "view": CHOOSING,
                "chosen_by": way,
                "reason": reasons.get(way, "no model that can be fitted to this table"),
            }


def _others(table: ListTable, fitted: dict[str, Estimate]) -> Iterator[Row]:
    """Return a row for each model near the best, the best included, and for each average, criterion by criterion."""
    for name, found in fitted.items():
        for view in found.alternatives:
            if view.kind.endswith(f"by {name}"):
                yield _row(AVERAGE if view.model is None else NEAR, table, view)


def _row(shown: str, table: ListTable, view: View) -> Row:
    codes = None if view.model is None else interactions(view.model)
    return {
        "view": shown,
        "chosen_by": view.kind,
        "model": view.kind if codes is None else words([table.name(code) for code in codes]),
        "interactions": None if codes is None else len(codes),
        "estimate": view.estimate,
        "lower": view.interval.lower,
        "upper": view.interval.upper,
        "se": view.se,
        "difference": view.difference if shown == NEAR else None,
    }
