"""What the verbs refuse: exit 2, nothing on stdout, what was wrong and what would be right."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Call = Callable[..., Any]
Refused = tuple[tuple[object, ...], str]

COUNT: list[Refused] = [
    (("--definition", "child_specifc"), "did you mean 'child_specific'?"),
    (("--codes", "17B,19DD"), "did you mean '19D'?"),
    (("--codes", "71", "--force", "Kentt"), "did you mean 'Kent'?"),
    (("--codes", "71", "--vintage", "2023-11"), "did you mean '2023-10'?"),
    (
        ("--codes", "71", "--vintage", "2026-04", "--period", "2025/26"),
        "the last whole quarter of vintage 2026-04 is 2025-Q4",
    ),
    (
        ("--codes", "71", "--vintage", "2026-04", "--period", "2010"),
        "the first whole quarter of vintage 2026-04 is 2012-Q2",
    ),
    (("--codes", "71", "--period", "the year 2024"), "'2024' (calendar year)"),
    (("--codes", "71", "--by", "month"), "Invalid value for '--by'"),
    (("--codes", "71", "--definition", "images"), "got: both"),
    ((), "got: neither"),
    (("--codes", "1-7"), "next: not an offence code: '1-7'; expected a code such as '17B' or '71'"),
    (("--codes", "71,71"), "next: the same offence code twice"),
    (("--codes", ":x:"), "got: :x:"),
    (
        ("--codes", "71", "--by", ":x:[bold]"),
        "':x:[bold]' is not one of 'force', 'code', 'quarter'",
    ),
    (("--codes", "71", "--period", "2024Q1"), "did you mean '2024-Q1'?"),
    (("--codes", "71", "--period", "٢٠٢٤"), "not a period"),
    (("--codes", "71", "--force", ""), "got: '' "),
    (
        ("--codes", "71", "--force", "England and Wales"),
        "next: for the whole of England and Wales, leave --force out",
    ),
    (("--codes", "71", "--vintage", "2023"), "did you mean '2023-10'?"),
    (("--definition", "childcontact"), "did you mean 'child_contact'?"),
    (("--codes", "71", "--force", "BTP", "--exclude-btp"), "no force is left to count"),
]

INTERVAL: list[Refused] = [
    ((), "got: none"),
    (
        ("--successes", 5),
        "got: --successes expected: --successes K --trials N, or --rate P --half-width H",
    ),
    (("--rate", "89.5", "--trials", 10), "got: --trials, --rate"),
    (
        ("--successes", 5, "--trials", 10, "--rate", "50", "--half-width", "1"),
        "one way of giving a sample is needed",
    ),
    (
        ("--successes", 5, "--trials", 10, "--half-width", "1"),
        "one way of giving a sample is needed",
    ),
    (
        ("--successes", 11, "--trials", 10),
        "a number of successes out of range where: interval got: 11 expected: 0 to 10",
    ),
    (("--successes", -1, "--trials", 10), "a number of successes out of range"),
    (("--successes", 0, "--trials", 0), "a number of trials out of range"),
    (("--successes", 0.5, "--trials", 10), "Invalid value for '--successes'"),
    (("--successes", 5, "--trials", 10, "--level", 95), "a level out of range"),
    (("--successes", 5, "--trials", 10, "--level", "nan"), "a level out of range"),
    (("--successes", 5, "--trials", 10, "--method", "wilsn"), "did you mean 'wilson'?"),
    (("--rate", "89.5", "--half-width", "1.64", "--method", "wilsn"), "did you mean 'wilson'?"),
    (("--rate", "89.5", "--half-width", "1.64", "--level", 1), "a level out of range"),
    (
        ("--rate", "0.895", "--half-width", "0.0164"),
        "a rate that could be a share or a percentage where: --rate got: 0.895",
    ),
    (("--rate", "1", "--half-width", "0.1"), "write the sign, such as 0.8%"),
    (
        ("--rate", "100", "--half-width", "1"),
        "a rate out of range where: --rate got: 100 expected: percent, above 0 and below 100",
    ),
    (("--rate", "895", "--half-width", "1"), "a rate out of range"),
    (("--rate", "-5", "--half-width", "1"), "not a number above 0"),
    (("--rate", "0%", "--half-width", "1"), "not a number above 0"),
    (("--rate", "most", "--half-width", "1"), "not a number above 0 where: --rate got: most"),
    (("--rate", "nan", "--half-width", "1"), "not a number above 0"),
    (("--rate", "89.5", "--half-width", "0"), "not a number above 0 where: --half-width got: 0"),
    (("--rate", "89.5", "--half-width", "inf"), "not a number above 0"),
    (
        ("--rate", "89.5", "--half-width", "99"),
        "a half-width that no sample gives where: half-width got: 99 percentage points",
    ),
    (
        ("--rate", "89.5", "--half-width", "1e-7"),
        "expected: 0.01901 to 60.05: samples of 10,000,000 reports to one",
    ),
    (("--rate", "89.5", "--half-width", "1e-320"), "a half-width that no sample gives"),
    (("--rate", "1e-320%", "--half-width", "1"), "a half-width that no sample gives"),
    (
        ("--successes", 1, "--trials", 10**400),
        "a number of trials out of range where: interval got: 1000",
    ),
    (("--successes", 1, "--trials", 10, "--level", "inf"), "a level out of range"),
]

TREND: list[Refused] = [
    (("--from", "2014"), "expected: 2013, or '12 months to 2013-10-31'"),
    (("--to", "2015"), "expected: a calendar year from 2016 to 2025"),
    (("--to", "2023/24"), "by six forces in 2015 to 2022"),
    (("--definition", "child_specific_images"), "got: child_specific_images, with 86"),
    (("--definition", "images"), "child_contact, child_exploitation"),
    (("--definition", "child_contcat"), "did you mean 'child_contact'?"),
    (("--force", "Kentt"), "did you mean 'Kent'?"),
    (("--force", "British Transport Police"), "unknown force"),
]

KENT = ("--force", "Kent", "--to", "2016-11-30", "--rate", "83.6")
AUDIT: list[Refused] = [
    (("--force", "Kend"), "did you mean 'Kent'?"),
    (("--force", "British Transport Police"), "where: --force"),
    (("--to", "2016-11-31"), "such as 2016-11-30"),
    (("--to", "30 November 2016"), "such as 2016-11-30"),
    (("--to", "2016-13-01"), "such as 2016-11-30"),
    (("--to", "2012-11-30"), "the first whole quarter of vintage 2026-04 is 2012-Q2"),
    (("--to", "2035-11-30"), "expected: quarters from 2012-Q2"),
    (("--rate", "836"), "above 0 and below 100"),
    (("--rate", "0.0"), "above 0 and below 100"),
    (("--rate", "nearly 95"), "above 0 and below 100"),
    (("--number", "-3"), "above 0, such as 24300"),
    (("--number", "inf"), "above 0, such as 24300"),
    (("--population", "sexual"), "sexual_offences"),
]

VERIFY: list[Refused] = [
    # Noughts in front and the size of letters are habit; another number is another claim.
    *(
        ((got,), f"did you mean '{near}'?")
        for got, near in {
            "C1": "C01",
            "c01": "C01",
            "C001": "C01",
            "R2a": "R02a",
            "C1z": "C01",
        }.items()
    ),
    *(((got,), "next: `replicate verify` lists them all") for got in ("C99", "Z9", "hello", "")),
]

GOOD = "A,B,people\n1,0,30\n0,1,20\n1,1,10\n"

SYSTEMS = [
    (GOOD.replace("1,1,10", "1,1,-10"), (), "not a count of people where: row 4 got: -10"),
    (GOOD.replace("1,1,10", "1,1,2.5"), (), "not a count of people where: row 4 got: 2.5"),
    (GOOD.replace("0,1,20", "0,2,20"), (), "neither on the list nor off it where: row 3, B got: 2"),
    (
        GOOD.replace("0,1,20", "0,1"),
        (),
        "cells too few or too many where: row 3 got: 2 expected: 3 cells",
    ),
    (GOOD.replace("0,1,20", "0,1,20,5"), (), "cells too few or too many where: row 3 got: 4"),
    (GOOD.replace("0,1,20", ""), (), "cells too few or too many where: row 3 got: 0"),
    (GOOD + "1,0,4\n", (), "a combination of lists given twice where: rows 2 and 5"),
    (GOOD + "0,0,4\n", (), "people on no list where: row 5"),
    (GOOD.replace("1,1,10\n", ""), (), "no overlap where: every row with people"),
    ("A,people\n1,30\n", (), "too few lists where: header"),
    ("A,B,people\n", (), "a list with nobody on it where: list A"),
    ("", (), "a file that is no table"),
    ('A,B,people\n"1,0,3', (), "a file that is no table"),
    (GOOD, ("--terms", "A:C"), "unknown list where: term A:C"),
    (GOOD, ("--terms", "A:B"), "a model that cannot be fitted to this table"),
    (GOOD, ("--terms", "A:B", "--select", "bic"), "terms beside a way of selecting"),
    (GOOD, ("--select", "best"), "Invalid value for '--select'"),
    (GOOD, ("--threshold", "0"), "threshold out of range"),
    (GOOD, ("--order", "0"), "order out of range"),
    (GOOD, ("--bootstrap", "-1"), "bootstrap out of range"),
    (GOOD, ("--jobs", "0"), "jobs out of range"),
]


EVERY = [
    *((("count", *words), said) for words, said in COUNT),
    *((("interval", *words), said) for words, said in INTERVAL),
    *((("trend", *words), said) for words, said in TREND),
    *((("trend", *words), f"where: {words[0]}") for words, _ in TREND),
    *((("audit", *KENT, *words), said) for words, said in AUDIT),
    *((("verify", *words), said) for words, said in VERIFY),
    (("data", "fetch", "home-office-prc-2025-08"), "did you mean 'home-office-prc-2025-0"),
    (("verfy",), "No such command 'verfy'. Did you mean 'verify'? where: replicate next: see"),
    (
        ("interval", "--level", ":x:"),
        "unable to parse string as a number where: replicate interval",
    ),
]


@pytest.mark.parametrize(("words", "said"), EVERY)
def test_bad_input_is_refused_before_anything_is_computed(
    call: Call, words: tuple[object, ...], said: str
) -> None:
    done = call(*words)
    assert (done.status, done.out) == (2, "")
    assert said in " ".join(done.err.split())
    assert not any(word in done.err for word in ("Value error", "pydantic", "❌"))


@pytest.mark.parametrize(("text", "words", "said"), SYSTEMS)
def test_a_file_of_lists_is_refused_naming_the_row(
    call: Call, tmp_path: Path, text: str, words: tuple[str, ...], said: str
) -> None:
    file = tmp_path / "lists.csv"
    file.write_text(text, encoding="utf-8")
    done = call("systems", file, *words, "--json")
    assert (done.status, done.out) == (2, "")
    assert said in " ".join(done.err.split())


def test_a_file_that_is_not_there_is_no_text_or_is_a_folder_is_refused(
    call: Call, tmp_path: Path
) -> None:
    binary = tmp_path / "lists.bin"
    binary.write_bytes(b"\xff\xfe\x00A")
    faults = {
        tmp_path / "none.csv": "unknown example or file",
        binary: "cannot be read as text",
        tmp_path: "cannot be read",
    }
    for which, said in faults.items():
        done = call("systems", which)
        assert (done.status, done.out) == (2, "")
        assert said in done.err


def test_a_refusal_says_where_and_what_was_expected(call: Call) -> None:
    assert call("count", "--codes", "71", "--force", "Kentt").err.splitlines() == [
        "unknown force",
        "  where: --force",
        "  got: Kentt",
        "  expected: one of 47 valid values",
        "  next: did you mean 'Kent'?",
    ]
