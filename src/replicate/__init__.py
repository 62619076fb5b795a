"""Replicate the headline figures of the Casey audit and of HMICFRS inspections from published tables."""

from importlib.metadata import version

__version__ = version("casey-audit-replication")
