"""What the server of kernels prepares for this project's notebooks (see `execution.forking`).

A kernel notes a table as read when its own cells ask for it. So nothing here may fill a cache of a
result that tables go into, unless the cache notes what it read (see `vocabulary.runs`).
"""

import importlib

from replicate.display.figure import figure
from replicate.display.plots import series_plot
from replicate.display.theme import use
from replicate.sources import tables
from replicate.sources.tables import NAMES, load

MODULES = (
    "ipywidgets",
    "pandas.io.formats.html",
    "scipy.stats",
    "seaborn",
    "replicate.derivations.headline_figures",
    "replicate.derivations.force_report",
    "replicate.derivations.provenance",
    "replicate.derivations.verification",
    "replicate.display.force_report",
    "replicate.display.headline_figures",
    "replicate.display.views",
    "replicate.display.words",
)


def preload() -> None:
    """Import what notebooks import, read the tables, and draw a first figure."""
    for name in MODULES:
        importlib.import_module(name)
    for name in [*NAMES, *(f"recorded_crime_{vintage}" for vintage in tables.vintages())]:
        load(name)
    _read_documents()
    _draw()
    _compare_forces()


def _read_documents() -> None:
    from replicate.derivations.kinds.registry import derivations
    from replicate.ledger import claims
    from replicate.ledger.audits import audits
    from replicate.ledger.claims import inputs
    from replicate.sources.catalogue import catalogue
    from replicate.vocabulary.definitions import definitions

    for read in (claims, inputs, audits, derivations, catalogue, definitions):
        read()


def _draw() -> None:
    """Draw a figure as notebooks do: fonts and the first drawing take most of a second."""
    import matplotlib as mpl
    import pandas as pd

    before = mpl.rcParams.copy()
    use()
    data = pd.DataFrame({"year": [2023, 2024], "kind": "first", "count": [1, 2]})
    told = {"subtitle": "Subtitle", "alt": "Alternative", "name": "first", "source": "Source"}
    figure(series_plot(data, label="Label"), title="Title", data=data, png=True, **told)
    mpl.rcParams.update(before)


def _compare_forces() -> None:
    """Estimate the rates of all forces, and count all crime, which each report stands beside."""
    from replicate.derivations.force_report import standing
    from replicate.derivations.kinds.audits import recorded
    from replicate.vocabulary.parameters import ForceReport

    standing(ForceReport())
    for vintage in tables.vintages():
        recorded(tables.coverage(vintage), "all_crime", vintage, ["Kent"])
