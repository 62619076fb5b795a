"""Parameter models that also refuse what isn't held, so that no kernel starts for it."""

from typing import Any, TypeVar

from pydantic import create_model, model_validator

from replicate.vocabulary.models import NotebookParameters
from replicate.vocabulary.parameters import MODELS, ForceReport, OffenceCounts
from replicate.vocabulary.periods import Period

Parameters = TypeVar("Parameters", bound=NotebookParameters)

_LOOKED_UP = {"claim", "definitions", "period", "vintage"}


def models() -> dict[str, type[NotebookParameters]]:
    """Return the model of each notebook, which also looks into the ledger and the tables.

    Examples
    --------
    >>> models()["05_force_report"].checked({"vintage": "2026-05"})
    Traceback (most recent call last):
    ...
    replicate.vocabulary.errors.InputError: unknown vintage
      where: vintage
      got: 2026-05
      expected: one of 2023-10, 2026-04, latest
      next: did you mean '2026-04'?
    """
    looks: dict[str, Any] = {"held": model_validator(mode="after")(check_available)}
    return {
        name: create_model(model.__name__, __base__=model, __validators__=looks)
        for name, model in MODELS.items()
    }


def check_available(parameters: Parameters) -> Parameters:
    """Refuse a claim, offence code, release or period that isn't held; defaults cost no look.

    Raises
    ------
    InputError
        Naming the nearest that is held.
    """
    if not isinstance(parameters, OffenceCounts | ForceReport) or not parameters.model_dump(
        include=_LOOKED_UP, exclude_defaults=True
    ):
        return parameters
    # with pandas, which a sweep of forces does without
    from replicate.derivations.counting import refuse_uncovered, refuse_unknown_codes
    from replicate.ledger import find_claim
    from replicate.sources import tables

    vintage = tables.resolve_vintage(parameters.vintage)
    if isinstance(parameters, OffenceCounts):
        find_claim(parameters.claim)
        for name, definition in parameters.own().items():
            refuse_unknown_codes(definition.codes, where=f"definitions.{name}")
    refuse_uncovered(Period.parse(parameters.period), vintage)
    return parameters
