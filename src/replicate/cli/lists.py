"""The verb that estimates how many people there are from lists that overlap."""

from typing import Annotated, Literal

import typer

from replicate.cli.options import Json, app
from replicate.cli.printing import print_json, print_table


@app.command()
def systems(
    lists: Annotated[
        str,
        typer.Argument(
            help="A CSV file: columns of 0 and 1, one a list, the count last; or a shipped example."
        ),
    ],
    order: Annotated[int, typer.Option(help="Interactions of up to so many lists are tried.")] = 2,
    select: Annotated[
        Literal["none", "aic", "bic", "stepwise"], typer.Option(help="How the model is chosen.")
    ] = "none",
    threshold: Annotated[
        float, typer.Option(help="Stepwise adds a pair of lists while its p-value is below this.")
    ] = 0.02,
    terms: Annotated[
        str | None, typer.Option(help="Interactions of your own model, such as A:B,A:C.")
    ] = None,
    bootstrap: Annotated[
        int, typer.Option(help="Resamples, the model chosen anew in each; 0 for none.")
    ] = 0,
    seed: Annotated[int, typer.Option(help="Of the resamples.")] = 1,
    jobs: Annotated[int, typer.Option(help="Processes for the resamples.")] = 1,
    as_json: Json = False,
) -> None:
    """Estimate how many people there are in all from lists that overlap, by one model and those beside it."""
    from replicate.derivations.under_reporting import list_estimates

    found = list_estimates.estimated(
        lists,
        order=order,
        select=select,
        threshold=threshold,
        terms=terms,
        bootstrap=bootstrap,
        seed=seed,
        jobs=jobs,
    )
    if as_json:
        print_json(found.as_dict())
        return
    print_table(f"People in all, by {lists}", list_estimates.records(found))
    typer.echo(list_estimates.told(found))
