"""Runs many notebooks, several at a time, each forked from a parent that has imported what they need."""

from replicate.execution.warm.imports import imports
from replicate.execution.warm.pool import PRELOAD, Pool

__all__ = ["PRELOAD", "Pool", "imports"]
