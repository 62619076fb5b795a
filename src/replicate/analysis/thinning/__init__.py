"""Poisson-logistic regression of counts of which a part was recorded: how many events, and what share of them was recorded.

Counts alone cannot tell the two apart. Validation data, in which it is known of some events whether they were recorded, or a prior that
somebody stands for is required.
"""

from replicate.analysis.thinning.data import Prior, Validation
from replicate.analysis.thinning.fit import PogitFit, pogit

__all__ = ["PogitFit", "Prior", "Validation", "pogit"]
