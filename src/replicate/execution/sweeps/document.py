"""What a sweep's file may say."""

from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from replicate.execution.sweeps.files import replace
from replicate.vocabulary.outcomes import Limits
from replicate.vocabulary.parameters import MODELS
from replicate.vocabulary.parameters.schema import schema_text

Values = Annotated[list[Any], Field(min_length=1)]


class SweepFile(BaseModel):
    """The content of `params/sweeps/NAME.yaml`.

    Every combination of an entry of `list`, a row of `zip` and a choice from each list of `grid` is one run, with `parameters` besides.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    notebook: str = Field(
        description="the notebook: a name such as 01_offence_counts, or a path from this file's folder"
    )
    name: str | None = Field(
        default=None,
        description="what runs are called, such as '{force}' or '{definition}-{period}'; without it, the values that vary",
        examples=["{definition}-{period}"],
    )
    publish: str | None = Field(
        default=None,
        description="a folder of the site, whose pages these runs are",
        pattern=r"^[a-z][a-z0-9-]*$",
        examples=["forces"],
    )
    limits: Limits = Field(
        default=Limits(), description="what each run may use: seconds, cell_seconds, memory (MiB)"
    )
    parameters: dict[str, Any] = Field(default={}, description="values that all runs have")
    grid: dict[str, Values] = Field(
        default={}, description="lists of values, every combination of which is run"
    )
    rows: dict[str, Values] = Field(
        default={}, alias="zip", description="lists of values of one length, taken side by side"
    )
    entries: Annotated[list[dict[str, Any]], Field(min_length=1)] | None = Field(
        default=None,
        alias="list",
        description="runs one by one: values by name, and `name` to call it by",
    )

    @model_validator(mode="after")
    def _rows_have_one_length(self) -> Self:
        lengths = {name: len(values) for name, values in self.rows.items()}
        if len(set(lengths.values())) > 1:
            raise ValueError(
                f"the lists of zip have different lengths: {', '.join(f'{name} {size}' for name, size in lengths.items())}"
            )
        return self


def schemas(folder: Path) -> list[Path]:
    """Write the JSON schemas of parameter files and of sweeps, and return where they are."""
    texts = {
        name: schema_text(model, title=f"Parameters of {name}") for name, model in MODELS.items()
    }
    texts["sweep"] = schema_text(SweepFile, title="A sweep: a notebook run with many parameters")
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        replace(folder / f"{name}.json", text.encode())
    return [folder / f"{name}.json" for name in texts]
