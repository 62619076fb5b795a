"""Sentences beside estimates by model, from frames small enough to check by hand."""

from math import inf

import pandas as pd

from replicate.display.words.estimates import estimates_alt, estimates_title

MODELS = pd.DataFrame(
    {
        "chosen_by": ["best by BIC", "stepwise below 0.02", "no interactions"],
        "estimate": [22_991.3, 11_313.0, 13_444.1],
        "lower": [17_881.0, 9_879.0, 11_976.0],
        "upper": [29_827.0, 13_036.0, 15_146.0],
    }
)


def test_the_title_says_how_far_the_choice_of_a_model_moves_the_estimate() -> None:
    assert (
        estimates_title(MODELS)
        == "By the choice of a model alone, one table gives 11,313 to 22,991 people"
    )
    assert estimates_title(MODELS[:1], "children") == "One table gives 22,991 children"


def test_who_cannot_see_the_figure_is_told_its_ends() -> None:
    said = (
        "A dot and an interval for each of 3 models, the lowest estimate on top: 11,313 (9,879 to 13,036), stepwise below 0.02. "
        "The highest: 22,991 (17,881 to 29,827), best by BIC."
    )
    assert estimates_alt(MODELS) == said
    assert (
        estimates_alt(MODELS, (10_000, 13_000))
        == f"{said} 1 estimate lies within the published range, 10,000 to 13,000."
    )
    assert estimates_alt(MODELS, (10_000, 14_000)).endswith(
        "2 estimates lie within the published range, 10,000 to 14,000."
    )


def test_an_interval_without_an_upper_end_is_told_as_such() -> None:
    assert "(17,881 to no limit), best by BIC." in estimates_alt(
        MODELS.assign(upper=[inf, 13_036, 15_146])
    )
