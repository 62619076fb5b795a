"""What the site is made of besides executed notebooks and verdicts; whoever publishes passes it in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pandas import DataFrame


@dataclass(frozen=True)
class Background:
    """Rules, choices, tables and boundaries, as plain data.

    Attributes
    ----------
    rules
        name, rule, reason, fixed_in (a commit), after_results.
    choices
        kind, choice, reason, fixed_in.
    tables
        name, describes, rows, sha256, columns (name, type, means, unit, missing, values), sources (publisher, publication, released,
        licence, standing, source_sha256, caveats).
    boundaries
        force, rings; none draws no map.
    """

    rules: Sequence[Mapping[str, Any]] = ()
    choices: Sequence[Mapping[str, Any]] = ()
    tables: Sequence[Mapping[str, Any]] = ()
    boundaries: "DataFrame | None" = None
