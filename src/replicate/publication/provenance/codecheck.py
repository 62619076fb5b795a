"""The list of outputs that a codechecker makes again, by the CODECHECK configuration 1.0 (https://codecheck.org.uk/spec/config/1.0/)."""

from collections.abc import Iterable, Mapping
from typing import Any

import yaml

from replicate.ledger import Verdict, claims

SPECIFICATION = "https://codecheck.org.uk/spec/config/1.0/"
_HEAD = "# Made by `replicate archive` from the ledger. A codechecker adds the nodes codechecker and report.\n---\n"


def codecheck(
    *,
    title: str,
    authors: Iterable[str],
    files: Iterable[str],
    verdicts: Mapping[str, Mapping[str, str]],
) -> str:
    """List the outputs with what each shows.

    Parameters
    ----------
    title, authors
        Of the project.
    files
        Every output in the archive, by its path.
    verdicts
        Claim → its row of `verdicts.csv`: verdict, and what a share by ethnicity must not be shown without.

    Returns
    -------
    str
        YAML: the executed notebooks, the table of verdicts, and the page of every figure of the audit and the inspectorate that rests on
        data, with the figure and its verdict.
    """
    manifest = [
        {"file": file, "comment": comment}
        for file in sorted(files)
        if (comment := _comment(file, verdicts))
    ]
    document = {
        "version": SPECIFICATION,
        "paper": {"title": title, "authors": [{"name": name} for name in authors]},
        "manifest": manifest,
    }
    return _HEAD + yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=140)


def _comment(file: str, verdicts: Mapping[str, Mapping[str, str]]) -> str:
    folder, _, name = file.rpartition("/")
    stem, _, suffix = name.rpartition(".")
    if folder == "outputs/runs" and suffix == "ipynb":
        return f"notebook {stem}, executed"
    if file == "outputs/site/verdicts.csv":
        return "every claim of the ledger with its verdict"
    claim: Any = claims().get(stem)
    if (
        folder == "outputs/site/claims"
        and suffix == "html"
        and claim
        and claim.is_headline
        and stem in verdicts
    ):
        figure = claim.figure if claim.has_figure else claim.published
        row = verdicts[stem]
        missing = f" ({row['missing']})" if row["missing"] else ""
        return f"{stem}, {claim.attribution}: {figure}{missing}; verdict {Verdict(row['verdict']).words}"
    return ""
