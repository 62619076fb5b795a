from pathlib import Path

import pytest

from replicate.derivations import preflight
from replicate.execution import parameters
from replicate.vocabulary.errors import InputError
from replicate.vocabulary.parameters import MODELS

MODELS_THAT_LOOK = preflight.models()


@pytest.mark.parametrize("name", MODELS)
def test_a_model_that_looks_is_like_the_notebooks_own(name: str) -> None:
    own, looks = MODELS[name], MODELS_THAT_LOOK[name]
    assert issubclass(looks, own)
    assert looks().model_dump() == own().model_dump()


@pytest.mark.parametrize(
    ("notebook", "line", "says"),
    [
        ("01_offence_counts", "claim: C99", "unknown claim"),
        ("01_offence_counts", "definitions: {mine: ['71', '19DD']}", "unknown offence code"),
        ("01_offence_counts", "period: 1999", "a period that vintage 2026-04 doesn't wholly cover"),
        ("01_offence_counts", "vintage: 2026-05", "unknown vintage"),
        (
            "05_force_report",
            "period: YE 2026-03",
            "a period that vintage 2026-04 doesn't wholly cover",
        ),
    ],
)
def test_what_is_not_held_is_refused_with_its_line(
    notebook: str, line: str, says: str, tmp_path: Path
) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(f"# mine\n{line}\n", encoding="utf-8")
    with pytest.raises(InputError, match=says) as caught:
        parameters.read(file, (), MODELS_THAT_LOOK[notebook])
    assert caught.value.where.startswith(f"{file}, line 2")
    assert caught.value.hint


@pytest.mark.parametrize(
    ("notebook", "given"),
    [
        (
            "01_offence_counts",
            ["claim=S05", "period=2023/24", "definitions={mine: ['71']}", "definition=mine"],
        ),
        ("02_recording_rates", ["forces=[Gwent]", "method=wald"]),
        ("05_force_report", ["vintage=2023-10", "period=2022"]),
        ("03_under_reporting", ["resamples=0"]),
    ],
)
def test_what_is_held_is_taken(notebook: str, given: list[str]) -> None:
    values = parameters.read(None, given, MODELS_THAT_LOOK[notebook])
    assert set(values) == {text.partition("=")[0] for text in given}


def test_what_is_not_held_by_default_is_refused_as_the_model_has_it() -> None:
    with pytest.raises(InputError, match="a period that vintage 2023-10") as caught:
        parameters.read(None, ["vintage=2023-10"], MODELS_THAT_LOOK["05_force_report"])
    assert caught.value.where == "period"
