"""The count models that rates rest on, fitted by statsmodels."""

import warnings
from typing import Any

import numpy as np
import pandas as pd
import statsmodels.api as sm
from statsmodels.tools.sm_exceptions import PerfectSeparationWarning


def fitted(
    counts: pd.Series,
    design: pd.DataFrame,
    exposure: pd.Series,
    *,
    alpha: float = 0.0,
    **options: Any,
) -> Any:
    """Fit counts with a log link: Poisson, or NB2 with a given alpha (variance = mean + alpha x mean squared).

    Parameters
    ----------
    counts
        Counts, none negative.
    design
        Columns of the model of the mean, a constant among them.
    exposure
        What the mean is proportional to, above 0.
    alpha
        Over-dispersion; 0 is Poisson.
    **options
        Of the fit: the scale, or the kind of covariance.

    Returns
    -------
    statsmodels.genmod.generalized_linear_model.GLMResults
    """
    family = sm.families.NegativeBinomial(alpha=alpha) if alpha else sm.families.Poisson()
    with warnings.catch_warnings():
        # For counts an exact fit separates nothing: every mean is above 0, and every effect is identified.
        warnings.simplefilter("ignore", PerfectSeparationWarning)
        return sm.GLM(counts.astype(float), design, family=family, offset=np.log(exposure)).fit(
            **options
        )
