import base64
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replicate.publication.markdown import RESERVED, Outline, render


def test_the_first_heading_is_the_title_and_the_second_level_makes_the_contents() -> None:
    outline = Outline()
    html = render(
        "# Offences *recorded* & counted\n\nText.\n\n## Where?\n\n### By force\n\n# Another part",
        outline,
    )
    assert outline.title == "Offences recorded & counted"
    assert [(heading.text, heading.id) for heading in outline.contents] == [
        ("Where?", "where"),
        ("Another part", "another-part"),
    ]
    assert (
        html
        == '<p>Text.</p>\n<h2 id="where">Where?</h2>\n<h3 id="by-force">By force</h3>\n<h2 id="another-part">Another part</h2>'
    )


@given(st.lists(st.text(max_size=12), max_size=12))
def test_no_two_headings_have_one_id_nor_one_of_the_pages_own(texts: list[str]) -> None:
    outline = Outline()
    ids = [outline.add(text, 2).id for text in texts]
    assert len({*ids, *RESERVED}) == len(ids) + len(RESERVED)
    assert all(name and not any(character.isspace() for character in name) for name in ids)


def test_links_that_run_scripts_lead_nowhere() -> None:
    assert "javascript" not in render("[here](javascript:alert(1))", Outline())
    assert '<a href="https://www.gov.uk">' in render("[here](https://www.gov.uk)", Outline())


def test_an_attachment_stands_in_the_page() -> None:
    html = render(
        "![A map](attachment:map.png)", Outline(), attachments={"map.png": {"image/png": "QUJD"}}
    )
    assert html == '<p><img src="data:image/png;base64,QUJD" alt="A map" /></p>'


@pytest.mark.parametrize("inside", [True, False])
def test_an_image_beside_the_notebook_is_put_into_the_page_and_one_elsewhere_is_not(
    tmp_path: Path, inside: bool
) -> None:
    (tmp_path / "pages").mkdir()
    picture = tmp_path / ("pages" if inside else "") / "map.png"
    picture.write_bytes(b"ABC")
    html = render(
        f"![A map]({'' if inside else '../'}map.png)", Outline(), folder=str(tmp_path / "pages")
    )
    assert (f"base64,{base64.b64encode(b'ABC').decode()}" in html) is inside


@pytest.mark.parametrize(
    ("source", "display", "letter"),
    [
        ("The rate $r$ is.", "inline", "r"),
        ("$$r = x / n$$", "block", "n"),
        ("\\begin{matrix} a & b \\end{matrix}", "block", "b"),
    ],
)
def test_formulas_are_mathml_that_needs_no_script(source: str, display: str, letter: str) -> None:
    html = render(source, Outline())
    assert f'display="{display}"' in html
    assert f"<mi>{letter}</mi>" in html
    assert "$" not in html


def test_a_page_without_formulas_has_none() -> None:
    assert "<math" not in render("It cost \\$5 and \\$6.", Outline())


def test_an_example_can_be_scrolled_with_the_keyboard_and_only_python_is_coloured() -> None:
    python, shell = (
        render(f"```{language}\nx = 1 < 2\n```", Outline()) for language in ("python", "shell")
    )
    assert python.startswith(
        '<pre class="printed" tabindex="0" role="group" aria-label="An example">'
    )
    assert '<span class="mi">1</span>' in python
    assert "<code>x = 1 &lt; 2</code>" in shell
