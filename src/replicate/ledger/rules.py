"""The rules of comparison: numbers with their reasons, read from `rules.yaml`."""

from functools import cache

from pydantic import Field

from replicate.vocabulary.files import Row, shipped_yaml


class Rule(Row):
    """A rule of comparison, the same for every claim.

    Attributes
    ----------
    name
        What the code calls it.
    value
        Its number, where it has one.
    rule, reason
        What it says and why, for readers.
    fixed_in
        The commit of this repository that fixed it; data, since an archive has no history.
    after_results
        Whether results had been seen when it was fixed.
    """

    name: str
    value: float | None = None
    rule: str
    reason: str
    fixed_in: str = Field(pattern=r"^[0-9a-f]{40}$")
    after_results: bool = False


@cache
def rules() -> dict[str, Rule]:
    """Return the rules by name.

    Examples
    --------
    >>> rules()["wide_region"].value
    0.1
    """
    listed = shipped_yaml("ledger", "rules.yaml").items()
    return {name: Rule(name=name, **body) for name, body in listed}


def number(name: str) -> float:
    """Return the number of a rule.

    Raises
    ------
    ValueError
        When the rule has none.

    Examples
    --------
    >>> number("half_unit")
    0.5
    """
    value = rules()[name].value
    if value is None:
        raise ValueError(f"the rule '{name}' has no number")
    return value
