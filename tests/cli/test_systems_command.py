"""`replicate systems`: published answers through the command, its object and its table."""

import csv
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Call = Callable[..., Any]

CASES = Path(__file__).parents[1] / "cases"
UK, ROME, PAPERS = "mse_uk_modern_slavery_2013", "rcapture_hiv_rome", "loglinear_published_tables"
PROMISED = [
    "estimate",
    "lower",
    "upper",
    "se",
    "model",
    "criterion",
    "n_observed",
    "models_considered",
    "alternatives",
]


def published(case: str, quantity: str) -> list[float]:
    """Return the numbers published for a quantity, as `expected.csv` records them."""
    with (CASES / case / "expected.csv").open(encoding="utf-8") as text:
        (row,) = (row for row in csv.DictReader(text) if row["quantity"] == quantity)
    return [
        float(number.replace(",", "")) for number in re.findall(r"\d[\d,]*\.?\d*", row["published"])
    ]


def digits(number: float) -> float:
    """Return half a unit of the last printed digit."""
    return 0.5 * 10.0 ** -len(repr(number).partition(".")[2].rstrip("0"))


def found(call: Call, file: Path | str, *words: str) -> dict[str, Any]:
    done = call("systems", file, *words, "--json")
    assert done.status == 0
    few = "--bootstrap" in words and int(words[words.index("--bootstrap") + 1]) < 2_000
    assert done.err.startswith("warning: the interval of") if few else done.err == ""
    return dict(json.loads(done.out))


POINTS = [
    (PAPERS, "bruno_diabetes.csv", "Bruno: 13,24,34", ("--terms", "c1:c3,c2:c4,c3:c4")),
    (PAPERS, "darroch_r3.csv", "R3 12,23: N, SE, dev", ("--terms", "E1:E2,E2:E3")),
    (PAPERS, "cormack_injuries.csv", "Cormack a1 independence: N, deviance, df", ()),
    (PAPERS, "seber_two_list.csv", "Seber Mt: N, SE", ()),
]


@pytest.mark.parametrize(
    ("case", "file", "quantity", "words"), POINTS, ids=[row[2] for row in POINTS]
)
def test_a_published_estimate_comes_out_of_the_command(
    call: Call, case: str, file: str, quantity: str, words: tuple[str, ...]
) -> None:
    """To the digits printed, and 1 for the points of the United Kingdom, as the case states."""
    out = found(call, CASES / case / file, *words)
    estimate, *more = published(case, quantity)
    assert out["estimate"] == pytest.approx(estimate, abs=1 if case == UK else digits(estimate))
    if "SE" in quantity or quantity.startswith("Bruno"):
        assert out["se"] == pytest.approx(more[0], abs=digits(more[0]))


def test_two_lists_whose_overlap_is_known(call: Call, tmp_path: Path) -> None:
    with (CASES / "two_list_epir" / "two_list.csv").open(encoding="utf-8") as text:
        first, second, both = map(int, list(csv.reader(text))[1])
    file = tmp_path / "two.csv"
    file.write_text(
        f"police,councils,children\n1,0,{first - both}\n0,1,{second - both}\n1,1,{both}\n",
        encoding="utf-8",
    )
    out = found(call, file)
    assert out["estimate"] == pytest.approx(published("two_list_epir", "N")[0], abs=1e-6)
    assert [out["lower"], out["upper"]] == pytest.approx(
        published("two_list_epir", "95% CI"), rel=0.05
    )
    assert "there is one model" in call("systems", file).out.splitlines()[-1]


def test_one_object_begins_with_what_was_promised(call: Call) -> None:
    file = CASES / UK / "UKdat_4.csv"
    observed = sum(
        int(line.rpartition(",")[2]) for line in file.read_text(encoding="utf-8").split()[1:]
    )
    words = ("--select", "bic", "--bootstrap", "60", "--seed")
    out = found(call, file, *words, "3")
    assert out == found(call, file, *words, "3") != found(call, file, *words, "4")
    assert list(out)[: len(PROMISED)] == PROMISED
    assert (out["criterion"], out["n_observed"], out["models_considered"], out["resamples"]) == (
        "bic",
        observed,
        64,
        60,
    )
    assert out["model"] == ["LA:NG", "LA:PFNCA"]
    assert out["lower"] < out["estimate"] < out["upper"]
    assert len(out["alternatives"]) > 1


def test_the_table_has_the_model_and_those_beside_it(call: Call) -> None:
    lines = call(
        "systems", "uk_modern_slavery_2013_five", "--select", "aic", "--bootstrap", "30"
    ).out.splitlines()
    rows = [line for line in lines if line.startswith("│")]
    assert rows[0].split("│")[1].strip() == "chosen by AIC"
    assert {row.split("│")[1].strip() for row in rows} >= {
        "best by BIC",
        "stepwise below 0.02",
        "no interactions",
    }
    assert lines[-4].startswith("2,744 people observed; models compared: 1,024.")
    assert "BCa bootstrap" in lines[-3]
    assert lines[-2] == "Resamples: 30, of which 0 without a model."
    people = sorted(int(row.split("│")[3].strip().replace(",", "")) for row in rows)
    assert f"Models of the same table give {people[0]:,} to {people[-1]:,} people." in lines[-1]


def test_a_limit_is_told(call: Call) -> None:
    """Cormack, Chang and Smith (2000), Table 3a, in which two terms run apart together."""
    terms = "death:NTOF,death:WCC,WCC:MOSH"
    said = call("systems", CASES / PAPERS / "cormack_injuries.csv", "--terms", terms).out
    assert ("the estimate is the limit" in said, "models compared: 1." in said) == (True, True)


def test_a_mark_at_the_start_and_blank_lines_at_the_end_are_no_fault(
    call: Call, tmp_path: Path
) -> None:
    file = tmp_path / "lists.csv"
    file.write_text("A,B,people\n1,0,30\n0,1,20\n1,1,10\n\n\n", encoding="utf-8-sig")
    assert found(call, file)["estimate"] == pytest.approx(40 * 30 / 10)
