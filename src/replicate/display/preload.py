"""What the server of kernels prepares for this project's notebooks (see `execution.kernels`).

A kernel notes a table as read when its own cells ask for it. So nothing here may fill a cache of a
result that tables go into, unless the cache notes what it read (see `vocabulary.runs`).
"""

import importlib

MODULES = (
    "ipywidgets",
    "pandas.io.formats.html",
    "scipy.stats",
    "seaborn",
    "replicate.derivations.headline_figures",
    "replicate.derivations.offence_counts",
    "replicate.derivations.audits",
    "replicate.derivations.provenance",
    "replicate.derivations.verification",
    "replicate.display.force_report",
    "replicate.display.headline_figures",
    "replicate.display.missing_data",
    "replicate.display.recording_rates",
    "replicate.display.under_reporting",
)


def preload() -> None:
    """Import what notebooks import, read tables and documents, and draw a first figure."""
    for name in MODULES:
        importlib.import_module(name)
    from replicate.derivations.kinds.audits import recorded
    from replicate.derivations.kinds.registry import derivations
    from replicate.derivations.offence_counts import standing
    from replicate.ledger import claims
    from replicate.ledger.audits import audits
    from replicate.ledger.claims import inputs
    from replicate.sources import tables
    from replicate.sources.catalogue import catalogue
    from replicate.vocabulary.definitions import definitions
    from replicate.vocabulary.parameters import ForceReport

    for name in [*tables.NAMES, *(f"recorded_crime_{one}" for one in tables.vintages())]:
        tables.load(name)
    for read in (claims, inputs, audits, derivations, catalogue, definitions):
        read()
    _draw()
    # the rates of all forces, and all crime, which each report stands beside
    standing(ForceReport())
    for vintage in tables.vintages():
        recorded(tables.coverage(vintage), "all_crime", vintage, ["Kent"])


def _draw() -> None:
    """Draw a figure as notebooks do: fonts and the first drawing take most of a second."""
    import matplotlib as mpl
    import pandas as pd

    from replicate.display import figure, series_plot, use_theme

    before = mpl.rcParams.copy()
    use_theme()
    data = pd.DataFrame({"year": [2023, 2024], "kind": "first", "count": [1, 2]})
    words = dict.fromkeys(("title", "subtitle", "source"), "First")
    figure(series_plot(data, label="Offences"), data=data, name="first", png=True, **words)
    mpl.rcParams.update(before)
