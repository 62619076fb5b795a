"""Where the notebooks and their parameter files are: the checkout a person stands in."""

from pathlib import Path

from replicate.vocabulary.errors import InputError, nearest


def root() -> Path:
    """Return the nearest folder, from this one upwards, that has `notebooks/` and `params/`.

    Raises
    ------
    InputError
        When no folder above has both.
    """
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / "notebooks").is_dir() and (folder / "params").is_dir():
            return folder
    expected = "a folder of the project, with notebooks/ and params/"
    raise InputError(
        "the notebooks are not here",
        where=str(here),
        expected=expected,
        hint="change to the checkout",
    )


def notebooks() -> list[Path]:
    """Return the project's notebooks in their order."""
    return sorted((root() / "notebooks").glob("*.ipynb"))


def find(name: Path) -> Path:
    """Return the notebook that a path or a name (`01_offence_counts`) stands for.

    Raises
    ------
    InputError
        When there is none; the nearest name is given.
    """
    if name.suffix == ".ipynb":
        if name.is_file():
            return name
    elif named := [path for path in notebooks() if path.stem == str(name)]:
        return named[0]
    names = [path.stem for path in notebooks()]
    close = nearest(name.stem, names)
    hint = f"did you mean '{close}'?" if close else None
    raise InputError(
        "no such notebook",
        where="NOTEBOOK",
        got=str(name),
        expected=f"a path, or one of {', '.join(names)}",
        hint=hint,
    )


def parameter_file(notebook: Path) -> Path | None:
    """Return the YAML of parameters that stands for a notebook in `params/`, beside its folder, if there is one."""
    file = notebook.resolve().parents[1] / "params" / f"{notebook.stem}.yaml"
    return file if file.is_file() else None
