"""Imported by the server that kernels are forked from, and by nothing else: it prepares."""

from replicate.execution.forking import prepare

prepare()
