"""What a run leaves."""

from dataclasses import dataclass
from pathlib import Path

from replicate.vocabulary.manifests import Manifest


@dataclass(frozen=True)
class Run:
    """What a run left.

    Attributes
    ----------
    notebook, manifest
        The files written.
    record
        What the manifest holds: parameters, versions, hashes, times, and the values the notebook recorded.
    """

    notebook: Path
    manifest: Path
    record: Manifest
