"""What an executed notebook shows, as its outputs say of themselves."""

from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from replicate.display.bundle import SHOWN, drawing


@dataclass(frozen=True)
class Shown:
    """A table, figure or verdict of a notebook: its bundle, its cell, and its output's data."""

    cell: str
    bundle: dict[str, Any]
    data: dict[str, Any]

    @property
    def kind(self) -> str:
        """What it is: a table, a figure, a verdict."""
        return str(self.bundle["kind"])

    @property
    def name(self) -> str:
        """What it is called."""
        return str(self.bundle["name"])

    @property
    def anchor(self) -> str:
        """Its id on a page."""
        return anchor(self.kind, self.name)

    @property
    def svg(self) -> str:
        """The drawing of a figure."""
        return drawing(self.data["text/html"])

    @property
    def png(self) -> bytes | None:
        """The picture of a figure, where the run made one."""
        return b64decode(self.data["image/png"]) if "image/png" in self.data else None


def anchor(kind: str, name: str) -> str:
    """Return the id that a figure, a table or a verdict has on its page."""
    return f"{({'figure': 'fig', 'table': 'tab'}).get(kind, kind)}-{name}"


def shown(notebook: Any) -> Iterator[Shown]:
    """Yield what a notebook shows, in its order.

    Parameters
    ----------
    notebook
        As nbformat reads it.
    """
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if SHOWN in (data := output.get("data", {})):
                yield Shown(cell["id"], data[SHOWN], data)
