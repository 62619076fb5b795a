"""Imported by the server that kernels are forked from, and by nothing else: it prepares."""

from replicate.execution.forked import prepare

prepare()
