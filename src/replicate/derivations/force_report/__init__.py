"""What notebook 05 asks of the tables and the ledger: one police force area, and where it stands among the others."""

from replicate.derivations.force_report.assessed import Assessed, assessed
from replicate.derivations.force_report.inspected import inspected, inspections, recording
from replicate.derivations.force_report.recorded import by_offence, recorded_table, series
from replicate.derivations.force_report.standing import Standing, standing

__all__ = [
    "Assessed",
    "Standing",
    "assessed",
    "by_offence",
    "inspected",
    "inspections",
    "recorded_table",
    "recording",
    "series",
    "standing",
]
