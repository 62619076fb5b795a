"""Multiple systems estimation: all 1,024 order-2 models in each of 1,000 resamples, against a loop of statsmodels fits.

Run with one BLAS thread: OPENBLAS_NUM_THREADS=1 python benchmarks/systems.py [--resamples 1000] [--slice 2000] [--jobs 2]

Both are timed in processor time of one process, in the same run: the whole work here, and a slice of it, taken evenly, by statsmodels.
The wall time of the whole work with several processes is given beside it. Exits 1 when the ratio is below 20 or estimates differ.
"""

import argparse
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import statsmodels.api as sm

from replicate.analysis import systems
from replicate.analysis.systems import newton
from replicate.analysis.systems.exhaustive import best
from replicate.analysis.systems.fits import Tables, fit
from replicate.analysis.systems.models import hierarchical, terms
from replicate.analysis.systems.views import Family

CASE = Path(__file__).parents[1] / "tests" / "cases" / "mse_uk_modern_slavery_2013" / "UKdat_5.csv"
LEAST, AGREE = 20, 1e-6


def by_statsmodels(counts, model, lists):
    """Fit one model to one table: cells above an empty overlap left out, as extended maximum likelihood has it."""
    cells = np.arange(1, 1 << lists)
    codes = [code for code in terms(model, lists) if counts[1:][cells & code == code].any()]
    empty = [code for code in terms(model, lists) if code not in codes]
    kept = np.array([all(cell & code != code for code in empty) for cell in cells])
    design = np.array([[float(cell & code == code) for code in codes] for cell in cells[kept]])
    found = sm.GLM(counts[1:][kept], design, family=sm.families.Poisson()).fit()
    return counts.sum() + np.exp(found.params[-1])


def main():
    """Time both and print the ratio."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--resamples", type=int, default=1000)
    parser.add_argument("--slice", type=int, default=2000)
    parser.add_argument("--jobs", type=int, default=2)
    asked = parser.parse_args()

    table = systems.read_lists(pd.read_csv(CASE))
    lists, total = len(table.lists), table.n_observed
    drawn = (
        np.random.default_rng(1)
        .multinomial(total, table.counts / total, size=asked.resamples)
        .T.astype(float)
    )
    family = Family.of(Tables(lists, table.counts[:, None]), hierarchical(lists, 2))
    starts = dict(zip(family.models, family.fits.theta, strict=True))

    began, wall = time.process_time(), time.perf_counter()
    tables = Tables(lists, drawn)
    alone = best(tables, family.models, "bic", starts=starts)
    ours, ours_wall = time.process_time() - began, time.perf_counter() - wall

    wall = time.perf_counter()
    shared = best(Tables(lists, drawn), family.models, "bic", starts=starts, jobs=asked.jobs)
    shared_wall = time.perf_counter() - wall

    rows, columns = np.nonzero(tables.admissible(family.models))
    picked = np.linspace(0, len(rows) - 1, min(asked.slice, len(rows))).astype(int)
    pairs = [
        (family.models[row], column)
        for row, column in zip(rows[picked], columns[picked], strict=True)
    ]
    began = time.process_time()
    theirs = np.array([by_statsmodels(drawn[:, column], model, lists) for model, column in pairs])
    loop = time.process_time() - began
    same = fit(
        tables,
        [model for model, _ in pairs],
        columns[picked],
        starts=starts,
        tolerance=newton.QUICK,
    ).estimate
    apart = float(np.abs(same / theirs - 1).max())

    ratio = (loop / len(pairs)) / (ours / len(rows))
    print(
        f"fits                      {len(rows):,} ({len(family.models):,} models x {asked.resamples:,} resamples)"
    )
    print(
        f"here, one process         {ours:.1f} s processor, {ours_wall:.1f} s wall, {1e6 * ours / len(rows):.1f} microseconds a fit"
    )
    print(
        f"here, {asked.jobs} processes         {shared_wall:.1f} s wall; the same bits: {np.array_equal(alone.estimates, shared.estimates)}"
    )
    print(
        f"statsmodels, {len(pairs):,} of them  {loop:.2f} s processor, {1e3 * loop / len(pairs):.2f} milliseconds a fit"
    )
    print(f"ratio                     {ratio:.0f} (at least {LEAST})")
    print(f"estimates                 apart by {apart:.1e} at most, relative (at most {AGREE:g})")
    sys.exit(
        0
        if ratio >= LEAST and apart <= AGREE and np.array_equal(alone.estimates, shared.estimates)
        else 1
    )


if __name__ == "__main__":
    main()
