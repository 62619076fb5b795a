"""Multiple systems estimation through the command, against a loop of statsmodels fits of the same
models.

    OPENBLAS_NUM_THREADS=1 python benchmarks/systems.py [--resamples 1000] [--slice 1000] [--jobs 2]

The command chooses the best of all 1,024 models of pairs in each of the resamples of five lists. It
is timed from its start to its end, with one process and with several, and a slice of the same fits,
taken evenly, by statsmodels, in the same run: so are both in wall time. What the processes print
has to be the same, and so have estimates of the slice, to a relative 1e-6. Exits 1 otherwise, or
below a ratio of 50. The command fits only those models that could be the best, so that the ratio is
of what is compared, not of one fit.
"""

import argparse
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import statsmodels.api as sm

from replicate.analysis.systems import read_lists
from replicate.analysis.systems.fits import QUICK, Tables, fit
from replicate.analysis.systems.lists import hierarchical, terms

CASE = Path(__file__).parents[1] / "tests" / "cases" / "mse_uk_modern_slavery_2013" / "UKdat_5.csv"
LEAST, AGREE = 50, 1e-6


def by_statsmodels(counts, model, lists):
    """Fit one model to one table: cells above an empty overlap left out, as extended maximum
    likelihood has it.
    """
    cells = np.arange(1, 1 << lists)
    codes = [code for code in terms(model, lists) if counts[1:][cells & code == code].any()]
    empty = [code for code in terms(model, lists) if code not in codes]
    kept = np.array([all(cell & code != code for code in empty) for cell in cells])
    design = np.array([[float(cell & code == code) for code in codes] for cell in cells[kept]])
    found = sm.GLM(counts[1:][kept], design, family=sm.families.Poisson()).fit()
    return counts.sum() + np.exp(found.params[-1])


def timed_command(resamples, jobs):
    """Return what the command prints, and its seconds."""
    command = [str(Path(sys.executable).with_name("replicate")), "systems", str(CASE)]
    command += ["--order", "2", "--select", "bic", "--bootstrap", str(resamples)]
    command += ["--jobs", str(jobs), "--json"]
    began = time.perf_counter()
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return done.stdout, time.perf_counter() - began


def timed_slice(resamples, size):
    """Return the seconds a fit takes statsmodels, and how far estimates lie apart."""
    table = read_lists(pd.read_csv(CASE))
    share = table.counts / table.n_observed
    drawn = np.random.default_rng(1).multinomial(table.n_observed, share, size=resamples)
    models = hierarchical(len(table.lists), 2)
    places = np.linspace(0, len(models) * resamples - 1, size).astype(int)
    rows, columns = np.divmod(places, resamples)
    ours = fit(Tables(drawn.T.astype(float)), models, rows, columns, tolerance=QUICK).estimate
    kept = np.flatnonzero(np.isfinite(ours))
    began = time.perf_counter()
    theirs = [
        by_statsmodels(drawn[columns[at]].astype(float), models[rows[at]], len(table.lists))
        for at in kept
    ]
    seconds = (time.perf_counter() - began) / len(kept)
    return seconds, float(np.abs(ours[kept] / theirs - 1).max())


def main():
    """Time both and print the ratios."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--resamples", type=int, default=1000)
    parser.add_argument("--slice", type=int, default=1000)
    parser.add_argument("--jobs", type=int, default=2)
    asked = parser.parse_args()
    fits = 1024 * asked.resamples
    loops, apart = timed_slice(asked.resamples, asked.slice)
    runs = {jobs: timed_command(asked.resamples, jobs) for jobs in (1, asked.jobs)}
    again, _ = timed_slice(asked.resamples, asked.slice)
    one = (loops + again) / 2
    same = len({printed for printed, _ in runs.values()}) == 1
    print(f"compared            {fits:,} (1,024 models x {asked.resamples:,} resamples)")
    print(f"statsmodels         {1e3 * one:.2f} ms a fit, of {asked.slice:,} before and after")
    ratios = {jobs: one * fits / seconds for jobs, (_, seconds) in runs.items()}
    for jobs, ratio in ratios.items():
        print(f"command, {jobs} jobs     {runs[jobs][1]:.1f} s: {ratio:.0f} times as fast")
    print(f"the same printed    {same}")
    print(f"estimates apart by  {apart:.1e} at most, relative (at most {AGREE:g})")
    sys.exit(0 if min(ratios.values()) >= LEAST and apart <= AGREE and same else 1)


if __name__ == "__main__":
    main()
