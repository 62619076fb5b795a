"""The verb for a sample of one's own."""

from typing import Annotated

import typer

from replicate.cli.options import Json, app
from replicate.cli.printing import print_json, print_table


@app.command()
def interval(
    successes: Annotated[
        int | None, typer.Option(help="Cases found right, of those in --trials.")
    ] = None,
    trials: Annotated[int | None, typer.Option(help="Cases examined.")] = None,
    rate: Annotated[
        str | None,
        typer.Option(
            help="A published rate in percent, such as 89.5; of 1 or less with its sign, such as 0.8%."
        ),
    ] = None,
    half_width: Annotated[
        str | None,
        typer.Option(help="Its published half-width in percentage points, such as 1.64."),
    ] = None,
    method: Annotated[
        str, typer.Option(help="wilson, clopper-pearson or wald; the others are shown beside it.")
    ] = "wilson",
    level: Annotated[
        float, typer.Option(help="Between 0 and 1; that of the half-width too, where one is given.")
    ] = 0.95,
    as_json: Json = False,
) -> None:
    """Give the interval of a sample, from counts or from a published rate and half-width.

    Rates go in and come out in percent. From a rate and a half-width, the simple random sample that they imply is printed as implied: it
    is never the number of cases examined. Printed as JSON: rate, sample, implied, method, level (between 0 and 1), lower, upper, others
    (by the other methods), published (the rate less and plus its half-width, or null).
    """
    from replicate.derivations.recording_rates.given_sample import given_sample

    found = given_sample(
        successes=successes,
        trials=trials,
        rate=rate,
        half_width=half_width,
        method=method,
        level=level,
    )
    if as_json:
        print_json(found.as_json())
        return
    print_table(found.title(), found.as_rows())
