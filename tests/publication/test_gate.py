"""What no page may hold is refused with its place; what a page may hold passes."""

import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from bs4 import BeautifulSoup

from replicate.display import prose, table
from replicate.publication.exporter import ReplicateExporter
from replicate.publication.gate import refuse, refuse_csv, refuse_page
from replicate.sources import tables
from replicate.vocabulary.errors import RunError
from replicate.vocabulary.runs import INJECTED, PARAMETERS

Make = Callable[..., Any]
SCRIPT = "<script>alert(1)</script>"
HOME = "/" + "home/someone/data.csv"  # in two parts: no file of ours names such a place
DRAWN = '<svg role="img" aria-label="x">'
PICTURE = 'src="data:image/png;base64,QUJD"'

PIECES = {
    "without a text alternative": [
        f"<img {PICTURE}>",
        f'<img {PICTURE} alt=" ">',
        f'<img {PICTURE} alt="No description has been provided for this image">',
        '<svg viewBox="0 0 1 1"></svg>',
        '<svg role="img" aria-label=""></svg>',
    ],
    "needs a script": [
        SCRIPT,
        '<p onclick="alert(1)">x</p>',
        '<a href="JavaScript:alert(1)">x</a>',
        '<a href=" javascript:alert(1)">x</a>',
        '<a href="java\tscr\nipt:alert(1)">x</a>',
        '<a href="&#1;javascript&colon;alert(1)">x</a>',
        '<a href="javascript:alert(1)" href="#a">x</a>',
        '<a href="vbscript:x">x</a>',
        '<a href="data:text/html,<b>x</b>">x</a>',
        f'{DRAWN}<a xlink:href="javascript:x"></a></svg>',
        f'{DRAWN}<set attributeName="href" to="javascript:x"/></svg>',
        f'{DRAWN}<animate values="#a; javascript:x"/></svg>',
        '<math href="javascript:x"></math>',
        '<frameset><frame src="#a"></frameset>',
        '<iframe src="https://example.org"></iframe>',
        '<link rel="stylesheet" href="https://example.org/a.css">',
        '<meta http-equiv="refresh" content="0; https://example.org">',
        "<p>cut short <img src=a onerror=alert(1) ",
    ],
    "would fetch something": [
        '<img src="https://example.org/a.png" alt="A map">',
        '<img src="map.png" alt="A map">',
        '<img srcset="//example.org/a.png 2x" alt="A map">',
        '<video poster="https://example.org/a.png"></video>',
        f'{DRAWN}<image href="https://example.org/a.png"/></svg>',
        '<p style="background: url(https://example.org/a.png)">x</p>',
        "<style>@import 'https://example.org/a.css';</style>",
        "<style>p { background: url('//example.org/a.png') }</style>",
    ],
    "a path of this machine": [
        f"<p>read from {HOME}</p>",
        f"<p>{HOME.replace('home', 'Users')}</p>",
        f'<p title="{HOME.replace("home", "root")}">x</p>',
        "<p>C:\\Users\\someone\\data.csv</p>",
        *(f"<p>from {place()}/a/b.csv</p>" for place in (Path.home, Path.cwd, tempfile.gettempdir)),
    ],
}
GOOD = [
    "",
    f'<img {PICTURE} alt="A map of rates">',
    f'{DRAWN}<use href="#a"/><path fill="url(#b)" style="fill: url(#b)"/></svg>',
    '<svg aria-hidden="true"></svg>',
    '<svg role="img" aria-labelledby="title"></svg>',
    '<a href="https://www.gov.uk/home/office">a link may lead elsewhere</a>',
    '<a href="https://www.gov.uk/search?q=javascript:x">a link that speaks of one</a>',
    "<p>see www.gov.uk/home/office and params/home/x</p>",
    '<a download="a.csv" href="data:text/csv;charset=utf-8,a/home/b">data</a>',
    f'<p style="background: url({PICTURE[5:-1]})">x</p>',
    "<style>p { color: red }</style><p>@import is a word here</p>",
    "<pre>path = 'X:\\n'</pre>",
    "sha256 c735eecdff441291d25799a29a6ee20f127b87bd16abfb9d015f828bdb830446",
    "the secretary of state; a token of thanks; passwords are not asked for",
    "The secret: confidential informants",
    "The password: something that nobody told",
    "No secret : everything is published",
    '<img src="data:image/png;base64,AKIAIOSFODNN7EXAMPLE" alt="A map">',
    "2024-03-31T12:00:00: a time",
]


@pytest.mark.parametrize(
    ("fault", "html"), [(fault, html) for fault, listed in PIECES.items() for html in listed]
)
def test_what_no_page_may_hold_is_refused_with_its_place(fault: str, html: str) -> None:
    with pytest.raises(RunError, match=fault) as caught:
        refuse(f"<p>before</p>{html}", where="01_counts, cell 3, under 'Where?'")
    assert caught.value.where == "01_counts, cell 3, under 'Where?'"


@pytest.mark.parametrize("html", GOOD)
def test_what_a_page_may_hold_passes(html: str) -> None:
    refuse(html, where="a page")


# Each in two pieces, so that no scanner of repositories takes it for a real one.
SECRETS = [
    ("a private key", "-----BEGIN OPENSSH " + "PRIVATE KEY-----"),
    ("an access key", "AKIA" + "IOSFODNN7EXAMPLE"),
    ("a token", "ghp_" + "a1B2" * 9),
    ("a token", "glpat-" + "x" * 20),
    ("a web token", "eyJhbGciOiJIUzI1" + ".eyJzdWIiOiIxMjM0" + ".SflKxwRJSMeKKF2QT4"),
    ("an address with a password", "https://someone:" + "hunter2@example.org/table.csv"),
    ("a value that is called a secret", "api_key = '" + "0f9a8b7c6d5e'"),
    ("a value that is called a secret", '"password": "' + "correct-horse" + '"'),
    ("a value that is called a secret", "&quot;password&quot;: &quot;" + "correct-horse&quot;"),
    ("a value that is called a secret", "SECRET=" + "correcthorse"),
    ("a value that is called a secret", "the password: " + "hunter2hunter2 was used"),
    ("a value that is called a secret", "\n  db_password: " + "correct-horse\n"),
]


@pytest.mark.parametrize(("what", "text"), SECRETS)
def test_what_looks_like_a_secret_is_refused_and_not_repeated(what: str, text: str) -> None:
    with pytest.raises(RunError, match="looks like a secret") as caught:
        refuse(f"<pre>{text}</pre>", where="a page")
    kind, _, letters = str(caught.value.got).rpartition(", ")
    assert (kind, len(letters)) == (what, 9)
    assert text not in str(caught.value)


def test_a_finished_page_is_judged_by_its_body() -> None:
    head = '<html><head><meta charset="utf-8"><link rel="stylesheet" href="style.css"></head>'
    refuse_page(f"{head}<body><p>fine</p></body></html>", where="a page")
    with pytest.raises(RunError, match="a path of this machine"):
        refuse_page(f"{head}<body><td>{HOME}</td></body></html>", where="a page")


# HTML that comes from a parameter or from data.


def export(notebook: Any) -> str:
    named = {"metadata": {"name": "01_counts"}}
    html, _ = ReplicateExporter().from_notebook_node(notebook, named)  # type: ignore[no-untyped-call]
    return html


def test_a_script_in_a_parameter_or_in_data_is_shown_as_text(make: Make, show: Make) -> None:
    frame = pd.DataFrame({"force": [SCRIPT], "count": [3]})
    listed = table(
        frame, caption=SCRIPT, units={"count": "offences"}, row_header="force", name="data"
    )
    words = prose("The force is {force}.", force=SCRIPT).markdown
    page = make(
        "# Counts",
        ("force = 'Kent'", [], [PARAMETERS]),
        (f"force = {SCRIPT!r}", [], [INJECTED]),
        ("show()", [show(text_html=listed.html), show(text_markdown=words)]),
        ("print(force)", [show(text_plain=SCRIPT)]),
    )
    soup = BeautifulSoup(export(page), "html.parser")
    assert soup.find("script") is None
    assert soup.get_text().count(SCRIPT) == 5  # parameter, caption, cell, sentence, printed text


def test_html_that_nobody_escaped_is_refused_with_its_cell(make: Make, show: Make) -> None:
    raw = pd.DataFrame({"force": [SCRIPT]}).to_html(escape=False)
    with pytest.raises(RunError, match="an element that needs a script") as caught:
        export(make("# Counts", ("show()", [show(text_html=raw)])))
    assert caught.value.where == "01_counts, cell 2"


# Shares of suspects by ethnicity.

BOX = '<section class="verdict"><h3>Claim C08: Suspects recorded as Asian</h3><dl><dt>Published'
BARE = [
    "<p>Of suspects in Rotherham 66 % were Asian.</p>",
    "<p>White perpetrators were 83 per cent.</p>",
    "<p>White British: 5 % of suspects.</p>",
    "<p>Black Suspects Were 5 %</p>",
    "<p>Mixed: 5 % of suspects.</p>",
    "<table><tr><th>C08</th><td>attributed to the audit</td><td>52 %</td></tr></table>",
    "<ul><li>Claim H11b: 13.7\N{NO-BREAK SPACE}%</li></ul>",
    '<svg role="img" aria-label="Suspects recorded as Asian: 52 %"></svg>',
    "<h3>52 % of suspects are Asian</h3><p>Much is missing; bounds are below.</p>",
    f"{BOX}</dt><dd>52 %</dd></dl></section>",
    "<tr><td>suspects who are White: 38 %</td><td>the share that is missing is 66 %</td></tr>",
]
WHOLE = [
    "<p>Of suspects 83 % were White; ethnicity is missing for 66 %: the share of all could be "
    "27.6 % to 94.5 %.</p>",
    "<table><tr><th>C08</th><td>52 %</td><td>cannot be bounded: the share that is missing is not "
    "published</td></tr></table>",
    f"{BOX}</dt><dd>52 %</dd><dt>Reason</dt><dd>It cannot be bounded: the share missing is not "
    "published.</dd></dl></section>",
    "<p>Of residents 20.9 % are Asian; the share of suspects is not set beside it.</p>",
    "<p>C08 and C09 are shares by ethnicity; of 52 claims some are.</p>",
    "<p>Half of the suspects were aged 10 to 17: 48 %.</p>",
    "<p>The White Paper is cited.</p>",
    "<p>In the Black Country, 5% of offenders were women.</p>",
    "<p>At White City 5 % of suspects were charged.</p>",
    "<p>Mixed results: 5 % of suspects were charged.</p>",
]


@pytest.mark.parametrize("html", BARE)
def test_a_share_without_its_missing_share_and_bounds_is_refused_with_its_place(html: str) -> None:
    with pytest.raises(RunError, match="without its missing share and bounds") as caught:
        refuse_page(f"<body>{html}</body>", where="00_headline_figures.html")
    assert caught.value.where == "00_headline_figures.html"
    assert "%" in str(caught.value.got) or "per cent" in str(caught.value.got)


@pytest.mark.parametrize("html", WHOLE)
def test_what_says_how_much_is_missing_or_is_no_share_of_suspects_passes(html: str) -> None:
    refuse_page(f"<body>{html}</body>", where="a page")


# Counts that their publisher suppressed.


@pytest.fixture(scope="module")
def cell() -> dict[str, str]:
    """A cell that the Department for Education suppressed, as the table of its factors holds it."""
    held = tables.load("assessment_factors").query("state == 'suppressed'").iloc[0]
    assert pd.isna(held["episodes"])
    return {name: str(held[name]) for name in ("year", "area", "factor")}


def as_csv(cell: Mapping[str, str], **more: str) -> str:
    return pd.DataFrame([{**cell, **more}]).to_csv(index=False)


def test_a_number_in_a_suppressed_cell_is_refused_with_the_cell(cell: dict[str, str]) -> None:
    with pytest.raises(RunError, match="a count that its publisher suppressed") as caught:
        refuse_csv(as_csv(cell, episodes="3"), where="factors.csv")
    assert caught.value.where == "factors.csv"
    assert caught.value.got == f"episodes 3 ({', '.join(cell.values())})"
    with pytest.raises(RunError, match="suppressed"):
        refuse_csv('force,count,state\nKent,"1,204",suppressed\n', where="what a state says")


def test_bounds_and_words_may_stand_for_it(cell: dict[str, str]) -> None:
    bounds = {"lower": "1", "upper": "5", "episodes_lower": "1"}
    refuse_csv(as_csv(cell, episodes="", **bounds), where="data")
    refuse_csv(as_csv(cell, episodes="suppressed by the publisher"), where="data")
    refuse_csv(as_csv(cell | {"area": "nowhere"}, episodes="3"), where="data")
    refuse_csv("force,count,state\nKent,1204,value\nEssex,,suppressed\n", where="data")
    refuse_csv("a,b\n1\n1,2,3\n", where="rows of other lengths")


def factors(cell: Mapping[str, str], episodes: int | None, state: str) -> str:
    frame = pd.DataFrame([{**cell, "episodes": episodes, "state": state}]).astype(
        {"episodes": object}
    )
    words = {"caption": "Factors", "row_header": "area", "name": "factors"}
    return table(frame, units={}, states={"episodes": "state"}, **words).html


def test_a_table_and_its_file_are_held_to_it(cell: dict[str, str]) -> None:
    shown = factors(cell, None, "suppressed")
    assert "suppressed by the publisher" in shown
    refuse_page(f"<body>{shown}</body>", where="a page")
    filled = factors(cell, 3, "value")
    for html in (
        filled,
        filled.partition('<p class="download"')[0],
        filled.rpartition("<p class")[2],
    ):
        with pytest.raises(RunError, match="suppressed"):
            refuse_page(f"<body><p {html}</body>", where="a page")
    spans = "<thead><tr><th>Factor</th></tr></thead><tbody><tr><td>a</td><td>b</td></tr></tbody>"
    refuse_page(f"<body><table>{spans}</table></body>", where="a page")
