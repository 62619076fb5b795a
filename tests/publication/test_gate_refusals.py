import pytest

from replicate.publication.gate import refuse, refuse_page
from replicate.vocabulary.errors import RunError

HOME = "/" + "home/someone/data.csv"  # in two parts: no file of ours names such a place


@pytest.mark.parametrize(
    ("html", "fault"),
    [
        ('<img src="data:image/png;base64,QUJD">', "without a text alternative"),
        ('<img src="data:image/png;base64,QUJD" alt=" ">', "without a text alternative"),
        (
            '<img src="data:image/png;base64,QUJD" alt="No description has been provided for this image">',
            "without a text alternative",
        ),
        ('<svg viewBox="0 0 1 1"></svg>', "without a text alternative"),
        ('<svg role="img" aria-label=""></svg>', "without a text alternative"),
        ("<script>alert(1)</script>", "needs a script"),
        ('<p onclick="alert(1)">x</p>', "needs a script"),
        ('<a href="JavaScript:alert(1)">x</a>', "needs a script"),
        ('<a href=" javascript:alert(1)">x</a>', "needs a script"),
        ('<a href="java\tscr\nipt:alert(1)">x</a>', "needs a script"),
        ('<a href="&#1;javascript&colon;alert(1)">x</a>', "needs a script"),
        ('<a href="vbscript:x">x</a>', "needs a script"),
        ('<a href="data:text/html,<b>x</b>">x</a>', "needs a script"),
        (
            '<svg role="img" aria-label="x"><a xlink:href="javascript:x"></a></svg>',
            "needs a script",
        ),
        (
            '<svg role="img" aria-label="x"><set attributeName="href" to="javascript:x"/></svg>',
            "needs a script",
        ),
        ('<svg role="img" aria-label="x"><animate values="#a; javascript:x"/></svg>', "a script"),
        ('<math href="javascript:x"></math>', "needs a script"),
        ('<frameset><frame src="#a"></frameset>', "needs a script"),
        ('<iframe src="https://example.org"></iframe>', "needs a script"),
        ('<link rel="stylesheet" href="https://example.org/a.css">', "needs a script"),
        ('<meta http-equiv="refresh" content="0; https://example.org">', "needs a script"),
        ('<img src="https://example.org/a.png" alt="A map">', "would fetch something"),
        ('<img src="map.png" alt="A map">', "would fetch something"),
        ('<img srcset="//example.org/a.png 2x" alt="A map">', "would fetch something"),
        ('<video poster="https://example.org/a.png"></video>', "would fetch something"),
        (
            '<svg role="img" aria-label="x"><image href="https://example.org/a.png"/></svg>',
            "would fetch something",
        ),
        ('<p style="background: url(https://example.org/a.png)">x</p>', "would fetch something"),
        ("<style>@import 'https://example.org/a.css';</style>", "would fetch something"),
        ("<style>p { background: url('//example.org/a.png') }</style>", "would fetch something"),
        (f"<p>read from {HOME}</p>", "a path of this machine"),
        (f"<p>{HOME.replace('home', 'Users')}</p>", "a path of this machine"),
        (f'<p title="{HOME.replace("home", "root")}">x</p>', "a path of this machine"),
        ("<p>C:\\Users\\someone\\data.csv</p>", "a path of this machine"),
    ],
)
def test_what_no_page_may_hold_is_refused_with_its_place(html: str, fault: str) -> None:
    with pytest.raises(RunError, match=fault) as caught:
        refuse(f"<p>before</p>{html}", where="01_counts, cell 3, under 'Where?'")
    assert caught.value.where == "01_counts, cell 3, under 'Where?'"


@pytest.mark.parametrize(
    "html",
    [
        "",
        '<img src="data:image/png;base64,QUJD" alt="A map of rates">',
        '<svg role="img" aria-label="A map of rates"><use href="#a"/><path fill="url(#b)" style="fill: url(#b)"/></svg>',
        '<svg aria-hidden="true"></svg>',
        '<svg role="img" aria-labelledby="title"></svg>',
        '<a href="https://www.gov.uk/home/office">a link may lead elsewhere</a>',
        '<a href="https://www.gov.uk/search?q=javascript:x">a link that speaks of one</a>',
        "<p>see www.gov.uk/home/office and params/home/x</p>",
        '<a download="a.csv" href="data:text/csv;charset=utf-8,a/home/b">data</a>',
        '<p style="background: url(data:image/png;base64,QUJD)">x</p>',
        "<style>p { color: red }</style><p>@import is a word here</p>",
        "<pre>path = 'X:\\n'</pre>",
    ],
)
def test_what_a_page_may_hold_passes(html: str) -> None:
    refuse(html, where="a page")


def test_a_finished_page_is_judged_by_its_body() -> None:
    head = '<html><head><meta charset="utf-8"><link rel="stylesheet" href="style.css"></head>'
    refuse_page(f"{head}<body><p>fine</p></body></html>", where="a page")
    with pytest.raises(RunError, match="a path of this machine"):
        refuse_page(f"{head}<body><td>{HOME}</td></body></html>", where="a page")


def test_a_finished_page_is_held_to_the_whole_gate() -> None:
    with pytest.raises(RunError, match="without its missing share and bounds"):
        refuse_page("<body><p>Of suspects 66 % were Asian.</p></body>", where="a page")
    with pytest.raises(RunError, match="a count that its publisher suppressed"):
        refuse_page(
            '<body><a href="data:text/csv;charset=utf-8,n,state%0A3,suppressed%0A">x</a></body>',
            where="a page",
        )
