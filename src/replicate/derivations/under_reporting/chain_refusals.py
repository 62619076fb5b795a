"""What must not be done with the published links, tried and refused."""

from collections.abc import Callable
from functools import partial

import pandas as pd

from replicate.analysis.chain import compose, span
from replicate.derivations.under_reporting.chain import chains
from replicate.derivations.under_reporting.chain_data import link
from replicate.vocabulary.errors import InputError
from replicate.vocabulary.parameters import UnderReporting

AT_THE_TIME, EVER = "told_at_time", "told_ever"
"""Two questions put to the same adults."""


def refusals(parameters: UnderReporting) -> pd.DataFrame:
    """Put the chains together without their bridges, and take two questions for one; return why each is refused.

    Returns
    -------
    pandas.DataFrame
        tried, refused (why) and got (what each was measured on, or asked).
    """
    asked = [link(AT_THE_TIME), link(EVER)]
    tried: dict[str, Callable[[], object]] = {
        f"{found.title}, without its bridges": partial(compose, found.links)
        for found in chains(parameters)
        if found.chain.bridges
    }
    tried["At the time and ever as the ends of one range"] = partial(
        span, asked, name="told", assumption="either question"
    )
    tried["At the time and ever in one chain"] = partial(compose, asked)
    return pd.DataFrame([{"tried": words, **_refusal(attempt)} for words, attempt in tried.items()])


def _refusal(attempt: Callable[[], object]) -> dict[str, str]:
    refusals: list[InputError] = []
    try:
        attempt()
    except InputError as error:
        refusals.append(error)
    (refusal,) = refusals  # none would be a fault of `compose` or `span`
    return {"refused": refusal.what, "got": str(refusal.got)}
