"""Verbs that count offences and check published figures."""

from typing import Annotated, Literal

import typer

from replicate.cli.options import Json, app
from replicate.cli.printing import print_json, print_table


@app.command()
def count(
    definition: Annotated[str | None, typer.Option(help="The name of a definition.")] = None,
    codes: Annotated[
        str | None, typer.Option(help="Offence codes instead of a definition, such as 17B,19D.")
    ] = None,
    period: Annotated[
        str, typer.Option(help="2024, 2023/24, 'YE 2024-03', 2024-Q1 or a range A..B.")
    ] = "2024",
    vintage: Annotated[
        str, typer.Option(help="A release of recorded crime, such as 2026-04, or latest.")
    ] = "latest",
    force: Annotated[
        list[str] | None, typer.Option(help="A police force; may be given several times.")
    ] = None,
    exclude_btp: Annotated[
        bool, typer.Option("--exclude-btp", help="Leave out British Transport Police.")
    ] = False,
    by: Annotated[
        Literal["force", "code", "quarter"], typer.Option(help="What to break the count down by.")
    ] = "quarter",
    as_json: Json = False,
) -> None:
    """Count recorded offences, non-recent ones included."""
    from replicate.derivations import counting
    from replicate.vocabulary.definitions import chosen_definition
    from replicate.vocabulary.periods import Period

    chosen, asked = chosen_definition(definition, codes), Period.parse(period)
    result = counting.count(
        chosen, asked, vintage=vintage, forces=force or (), exclude_btp=exclude_btp, by=by
    )
    if as_json:
        print_json(result.as_json())
        return
    print_table(f"{chosen.title}, {asked.label}, vintage {result.vintage}", result.records())
    typer.echo(
        f"{result.count:,} offences recorded, non-recent included; cells without a number: {result.missing_cells}"
    )


@app.command()
def verify(
    claim: Annotated[
        list[str] | None, typer.Argument(help="Claims such as C01; none means all.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Recompute published figures and say how they compare."""
    from replicate.derivations import verification

    results = verification.verify(claim or ())
    if as_json:
        print_json([result.as_json() for result in results])
    elif claim:
        typer.echo("\n\n".join(result.as_text() for result in results))
    else:
        print_table("Verdicts", [result.as_row() for result in results])
