import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbconvert.filters.markdown_mistune import markdown2html_mistune

from replicate.display.prose import prose


class Words(HTMLParser):
    """What a reader reads."""

    found = ""

    def handle_data(self, data: str) -> None:
        self.found += data


@pytest.mark.parametrize(
    "template",
    [
        "In 2024 and in 2023/24, from 1999 to 2013-25.",
        "Quarter 2024-Q1, or Q3, and the year ending YE 2024-03.",
        "The release of 23 April 2026 and that of October 2023.",
        "Claims C01, C10a and X02; tables TS021 and C2; ADR149.",
        "Offence 17B is counted, and so are 88A and 22B.",
        "Code 86 is wider; codes 71 and 73, and codes 19G, 19H or 23.",
        "Eleven offences, and the first of them.",
        "No number at all.",
    ],
)
def test_what_names_a_thing_may_hold_digits(template: str) -> None:
    assert str(prose(template)) == template


@pytest.mark.parametrize(
    ("template", "typed"),
    [
        ("The police recorded 102,878 offences.", "102,878"),
        ("A share of 3.7 %.", "3.7"),
        ("About 3 in 10.", "3"),
        ("In 2024 the police recorded 717.", "717"),
        ("It fell by 12% in 2023/24.", "12"),
        ("Of 2150 offences.", "2150"),
        ("A year like 1823.", "1823"),
        ("20240 offences.", "20240"),
        ("£186m.", "186"),
        ("{n} of 42 areas.", "42"),
        ("Coded 86 times.", "86"),
        ("2024.5 offences.", "5"),
        ("12,024 offences", "12,024"),
        ("1.2024 offences", "1"),
    ],
)
def test_a_typed_number_is_refused(template: str, typed: str) -> None:
    with pytest.raises(ValueError, match=f"a number typed into prose: '{re.escape(typed)}"):
        prose(template, **({"n": "x"} if "{n}" in template else {}))


@given(st.integers(min_value=0, max_value=10**9).filter(lambda n: not 1900 <= n <= 2099))
def test_any_other_number_is_refused(value: int) -> None:
    with pytest.raises(ValueError, match="a number typed into prose"):
        prose(f"The police recorded {value:,} offences, or {value}.")


def test_values_fill_the_fields() -> None:
    made = prose(
        "In {period}, {n} (**{share}**).", period="2024", n="102,878 offences", share="3.7 %"
    )
    assert made.markdown == "In 2024, 102,878 offences (**3.7 %**)."
    assert made._repr_mimebundle_(include=None, exclude=None) == {
        "text/markdown": made.markdown,
        "text/plain": made.text,
    }


def test_a_template_can_be_indented() -> None:
    made = prose(
        """
        First line,
        second line.

        New paragraph.
        """
    )
    assert str(made) == "First line,\nsecond line.\n\nNew paragraph."


def test_values_are_text_and_not_markup() -> None:
    made = prose("From {name}.", name='<script>*a* [b](c) `d` _e_ $f$ | # & "</script>')
    assert not set('<>*[]`_$|"') & set(made.markdown)
    assert made.text == 'From <script>*a* [b](c) `d` _e_ $f$ | # & "</script>.'


@given(st.text(st.characters(exclude_categories=["Cs", "Cc", "Z"]), min_size=1))
def test_a_reader_sees_the_value_as_it_was_given(value: str) -> None:
    words = Words()
    words.feed(markdown2html_mistune(prose("a{value}z", value=value).markdown))
    words.close()
    assert words.found.strip() == f"a{value}z"


@pytest.mark.parametrize("value", [102878, 3.7, None, True])
def test_a_bare_number_is_refused(value: object) -> None:
    with pytest.raises(TypeError, match="value of 'n' is not text: write it with number"):
        prose("There were {n}.", n=value)  # type: ignore[arg-type]


@pytest.mark.parametrize("template", ["There were {n:.1f}.", "There were {n!r}.", "There were {}."])
def test_a_field_is_a_name_alone(template: str) -> None:
    with pytest.raises(ValueError, match="a field is a name alone"):
        prose(template, n="x")


def test_fields_and_values_must_agree() -> None:
    with pytest.raises(ValueError, match=r"differ in \['m', 'n'\]"):
        prose("There were {n}.", m="x")


def test_braces_can_be_written() -> None:
    assert str(prose("A set {{a, b}}.")) == "A set {a, b}."
