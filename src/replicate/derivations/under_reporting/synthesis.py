"""One table of what each model says, of whom, and on what assumption; it has no grand total."""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import pandas as pd

from replicate.analysis.chain import Chain
from replicate.derivations.under_reporting.chain import KINDS, chains
from replicate.derivations.under_reporting.chain_data import link_data
from replicate.derivations.under_reporting.margins import bounds
from replicate.derivations.under_reporting.recording_error import Orders
from replicate.derivations.under_reporting.systems import Study
from replicate.derivations.verification import verify
from replicate.vocabulary.files import read_yaml
from replicate.vocabulary.numbers import digits
from replicate.vocabulary.parameters import UnderReporting

UNRECORDED = "R08a"
"""The claim that gives the newest number of crimes reported and not recorded."""

COLUMNS = ("model", "estimates", "unit", "population", "assumption", "result", "kind", "narrows")


@cache
def _texts() -> dict[str, dict[str, str]]:
    text = (
        files("replicate.derivations.under_reporting")
        .joinpath("synthesis.yaml")
        .read_text(encoding="utf-8")
    )
    return {
        name: {key: words.strip() for key, words in row.items()}
        for name, row in read_yaml(text).items()
    }


@dataclass(frozen=True)
class Studies:
    """What the notebook found before: from lists, and of the order of areas."""

    lists: Study
    orders: Orders


def synthesis(parameters: UnderReporting, found: Studies) -> pd.DataFrame:
    """Return every model with what it says.

    Parameters
    ----------
    parameters
        Of notebook 03.
    found
        What the studies gave.

    Returns
    -------
    pandas.DataFrame
        model, estimates, unit, population, assumption (the one that carries it), result (a range, an interval or a count), kind (of
        result) and narrows (what data would narrow it most). Rows are of different people and units, and are never added.
    """
    rows = [
        *_chains(parameters),
        _audit(),
        _lists(found.lists),
        _margins(),
        _orders(found.orders),
    ]
    return pd.DataFrame(rows)[list(COLUMNS)]


def _chains(parameters: UnderReporting) -> list[dict[str, str]]:
    rows = []
    for named in chains(parameters):
        composed, last = named.chain.composed, named.chain.links[-1]
        stopped = (
            ""
            if named.chain.stopped is None
            else f"; no published input for: {named.chain.stopped.gives}"
        )
        needed = [
            named.chain.widths()[0].link,
            *([named.chain.stopped.name] if named.chain.stopped else []),
        ]
        made = {
            "model": f"{_texts()['chain']['model']}: {named.title}",
            "population": named.chain.population,
            "unit": "percent",
            "assumption": _carrying(named.chain),
            "result": f"{digits(100 * composed.lower, 3)} to {digits(100 * composed.upper, 3)} % {last.gives}{stopped}",
            "kind": KINDS[type(composed)],
            "narrows": "; then, ".join(link_data()[name].narrows for name in needed),
        }
        rows.append(_texts()["chain"] | made)
    return rows


def _carrying(chain: Chain) -> str:
    """Return the assumption that takes the chain furthest: the last bridge."""
    if not chain.bridges:
        return "none: a published share, and no step after it"
    others = len(chain.assumptions) - 1
    return chain.bridges[-1].assumption + (
        f" (and {others} more, listed with the chains)" if others else ""
    )


def _audit() -> dict[str, str]:
    computed = verify([UNRECORDED])[0].comparison.computed
    span = None if computed is None else computed.span
    assert span is not None  # noqa: S101 (the registry derives this claim)
    ends = f"{digits(span.lower)} to {digits(span.upper)}"
    return _texts()["audit"] | {
        "unit": "offences",
        "result": ends,
        "kind": "published rate, rounded; its sampling error was not seen",
    }


def _lists(found: Study) -> dict[str, str]:
    example = found.example
    low, high = found.spread
    made = {
        "population": example.population if example else "those who could be on the lists",
        "unit": example.unit if example else "people",
        "result": f"{digits(low)} to {digits(high)}",
        "kind": f"range over {len(found.distinct)} models, each with an interval of its own",
    }
    return _texts()["lists"] | made


def _margins() -> dict[str, str]:
    at_least = f"{digits(bounds().lower)} or more, without upper limit"
    return _texts()["margins"] | {
        "unit": "children",
        "result": at_least,
        "kind": "worst-case bounds: no estimate can be made",
    }


def _orders(orders: Orders) -> dict[str, str]:
    counted = orders.counted
    ends = f"{digits(100 * orders.recorded.lower)} to {digits(100 * orders.recorded.upper)} %"
    kept = f"{counted['kept']:,} of {counted['pairs']:,}"
    return _texts()["orders"] | {
        "unit": "pairs of areas",
        "assumption": "; ".join(orders.recorded.assumptions),
        "result": f"{kept}; {counted['kept_beyond_chance']:,} of them beyond sampling error as well",
        "kind": f"for any rates of recording from {ends}",
    }
